//! Small dense linear algebra: correlations, eigenvectors, linear systems.
//!
//! Matrices here have one row per criterion, so a plain `Vec` of rows and the textbook algorithm
//! with a fixed order of operations serve better than a library whose blocking changes the last bit.

use super::float;

/// Returns Pearson's correlation, or `None` if the lengths differ or a column has no spread.
///
/// No spread means that all values are equal; a mean that does not round-trip is not mistaken for it.
pub fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || is_constant(a) || is_constant(b) {
        return None;
    }
    let (da, db) = (centred(a), centred(b));
    let product = |x: &[f64], y: &[f64]| float::sum(x.iter().zip(y).map(|(x, y)| x * y));
    // One root of the product: two roots multiplied miss ±1 by a bit.
    let correlation = product(&da, &db) / (product(&da, &da) * product(&db, &db)).sqrt();
    // Values beyond 1e308 apart, or a spread that rounds away, leave nothing to correlate.
    correlation
        .is_finite()
        .then(|| correlation.clamp(-1.0, 1.0))
}

/// Tells whether all values are equal (true for none).
pub fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|w| (w[0] - w[1]).abs() <= 0.0)
}

/// Returns the differences from the mean over the largest of them, so that squares of extreme values
/// neither overflow nor vanish.
fn centred(values: &[f64]) -> Vec<f64> {
    let mean = float::sum(values.iter().copied()) / values.len() as f64;
    let differences: Vec<f64> = values.iter().map(|v| v - mean).collect();
    let largest = differences.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
    differences.iter().map(|d| d / largest).collect()
}

/// Returns the correlations between all columns, or the position of the first column without spread.
pub fn correlations(columns: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, usize> {
    if let Some(constant) = columns.iter().position(|c| is_constant(c)) {
        return Err(constant);
    }
    let mut matrix = vec![vec![1.0; columns.len()]; columns.len()];
    for i in 0..columns.len() {
        for j in 0..i {
            let r = pearson(&columns[i], &columns[j]).ok_or(j)?;
            matrix[i][j] = r;
            matrix[j][i] = r;
        }
    }
    Ok(matrix)
}

/// Returns Cronbach's alpha, the internal consistency of columns that are meant to measure one
/// thing: `k / (k - 1) · (1 - Σ var(column) / var(sum of columns))`, sample variances.
///
/// `None` with fewer than two columns or two rows, or if the sum has no spread. Columns should have
/// one direction and one scale. It can be negative where columns contradict each other.
///
/// # Reference
///
/// Cronbach (1951), *Coefficient alpha and the internal structure of tests*, Psychometrika 16(3).
pub fn cronbach_alpha(columns: &[Vec<f64>]) -> Option<f64> {
    let (count, rows) = (columns.len(), columns.first()?.len());
    if count < 2 || columns.iter().any(|c| c.len() != rows) {
        return None;
    }
    let sums: Vec<f64> = (0..rows)
        .map(|i| float::sum(columns.iter().map(|c| c[i])))
        .collect();
    let of_sum = super::stats::variance(&sums, 1).filter(|v| *v > 0.0)?;
    let own: Option<Vec<f64>> = columns
        .iter()
        .map(|c| super::stats::variance(c, 1))
        .collect();
    let k = count as f64;
    Some(k / (k - 1.0) * (1.0 - float::sum(own?) / of_sum))
}

/// Returns the real influence of each column on a score: squared correlations as shares of their
/// sum, to be held against nominal weights. A column without spread has none.
///
/// `None` if no column correlates with the score at all.
///
/// # Reference
///
/// Paruolo, Saisana, Saltelli (2013), *Ratings and rankings: voodoo or science?*, Journal of the
/// Royal Statistical Society A 176(3); the Pearson correlation ratio in its linear form.
pub fn influence(columns: &[Vec<f64>], score: &[f64]) -> Option<Vec<f64>> {
    let squares: Vec<f64> = columns
        .iter()
        .map(|c| pearson(c, score).map_or(0.0, |r| r * r))
        .collect();
    let total = float::sum(squares.iter().copied());
    (total > 0.0).then(|| squares.iter().map(|s| s / total).collect())
}

/// Eigenvalues in descending order, each with its unit eigenvector.
#[derive(Debug, Clone, PartialEq)]
pub struct Eigen {
    /// The eigenvalues, largest first.
    pub values: Vec<f64>,
    /// The eigenvectors in the same order; the largest component of each is positive.
    pub vectors: Vec<Vec<f64>>,
}

/// Decomposes a symmetric matrix by cyclic Jacobi rotations.
///
/// Only the lower triangle's partner above the diagonal is read. Jacobi is slower than reduction to
/// tridiagonal form, but accurate to the last digits for the few dozen rows that occur here.
pub fn symmetric_eigen(matrix: &[Vec<f64>]) -> Eigen {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut v: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect())
        .collect();
    let scale = float::sum(a.iter().flatten().map(|x| x * x));
    for _sweep in 0..100 {
        let off = float::sum(
            (0..n)
                .flat_map(|i| (0..i).map(move |j| (i, j)))
                .map(|(i, j)| a[i][j] * a[i][j]),
        );
        if off <= scale * 1e-32 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut v, p, q);
            }
        }
    }
    let diagonal: Vec<f64> = (0..n).map(|i| a[i][i]).collect();
    let order = super::rank::order(&diagonal, super::rank::Best::Highest);
    Eigen {
        values: order.iter().map(|&k| diagonal[k]).collect(),
        vectors: order
            .iter()
            .map(|&k| signed((0..n).map(|i| v[i][k]).collect()))
            .collect(),
    }
}

#[expect(
    clippy::many_single_char_names,
    clippy::needless_range_loop,
    reason = "the letters and indices of the textbook"
)]
/// Zeroes one off-diagonal pair and carries the rotation into the eigenvectors.
fn rotate(a: &mut [Vec<f64>], v: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q].abs() <= 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in a.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    for k in 0..a.len() {
        (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]);
    }
    for row in v.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
}

/// Makes the component of largest magnitude positive, so that signs do not depend on the algorithm.
fn signed(vector: Vec<f64>) -> Vec<f64> {
    let largest = vector.iter().fold(
        0.0_f64,
        |best, &x| if x.abs() > best.abs() { x } else { best },
    );
    if largest < 0.0 {
        vector.iter().map(|x| -x).collect()
    } else {
        vector
    }
}

/// Solves `matrix · x = right` with partial pivoting, or returns `None` for a singular matrix.
///
/// A pivot below 1e-12 of the largest entry counts as zero.
#[expect(
    clippy::needless_range_loop,
    reason = "two rows of one matrix by index"
)]
pub fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let n = matrix.len();
    let mut a: Vec<Vec<f64>> = matrix.to_vec();
    let mut b = right.to_vec();
    let largest = a.iter().flatten().fold(0.0_f64, |m, x| m.max(x.abs()));
    for k in 0..n {
        let pivot = (k..n).fold(k, |best, i| {
            if a[i][k].abs() > a[best][k].abs() {
                i
            } else {
                best
            }
        });
        if a[pivot][k].abs() <= largest * 1e-12 {
            return None;
        }
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..n {
            let factor = a[i][k] / a[k][k];
            for j in k..n {
                let above = a[k][j];
                a[i][j] -= factor * above;
            }
            b[i] -= factor * b[k];
        }
    }
    let mut x = vec![0.0; n];
    for i in (0..n).rev() {
        let known = float::sum((i + 1..n).map(|j| a[i][j] * x[j]));
        x[i] = (b[i] - known) / a[i][i];
    }
    Some(x)
}

/// Returns the dominant eigenvalue and eigenvector (sum one) of a positive matrix by power iteration.
///
/// By Perron's theorem that eigenvector is positive and unique. `None` if the iteration does not
/// settle within 10,000 steps.
pub fn dominant_eigen(matrix: &[Vec<f64>]) -> Option<(f64, Vec<f64>)> {
    let n = matrix.len();
    let mut vector = vec![1.0 / n as f64; n];
    let mut previous = f64::INFINITY;
    for _ in 0..10_000 {
        let image: Vec<f64> = matrix
            .iter()
            .map(|row| float::sum(row.iter().zip(&vector).map(|(a, x)| a * x)))
            .collect();
        // The vector sums to one, so the sum of its image is the eigenvalue once it has settled.
        let total = float::sum(image.iter().copied());
        let next: Vec<f64> = image.iter().map(|x| x / total).collect();
        let moved = next
            .iter()
            .zip(&vector)
            .fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
        vector = next;
        if moved <= 1e-15 || (moved <= 1e-13 && moved >= previous) {
            return Some((total, vector));
        }
        previous = moved;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &[f64], b: &[f64]) {
        for (x, y) in a.iter().zip(b) {
            assert!((x - y).abs() < 1e-12, "{a:?} {b:?}");
        }
    }

    #[test]
    fn opposite_columns_correlate_negatively_and_constants_not_at_all() {
        assert_eq!(pearson(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(pearson(&[1.0, 2.0], &[0.1, 0.1]), None);
        assert_eq!(correlations(&[vec![1.0, 2.0], vec![5.0, 5.0]]), Err(1));
    }

    #[test]
    fn columns_that_agree_are_consistent_and_opposite_ones_are_not() {
        let (up, down) = (vec![1.0, 2.0, 4.0], vec![4.0, 3.0, 0.0]);
        close(
            &[cronbach_alpha(&[up.clone(), up.clone()]).unwrap()],
            &[1.0],
        );
        assert!(cronbach_alpha(&[up.clone(), down.clone()]).unwrap() < 0.0);
        assert_eq!(cronbach_alpha(&[up.clone(), vec![-1.0, -2.0, -4.0]]), None);
        assert_eq!(cronbach_alpha(&[up]), None);
    }

    #[test]
    fn influence_follows_correlation_not_sign_or_scale() {
        let score = [1.0, 2.0, 3.0];
        let columns = [
            vec![10.0, 20.0, 30.0],
            vec![3.0, 2.0, 1.0],
            vec![5.0, 5.0, 5.0],
        ];
        close(&influence(&columns, &score).unwrap(), &[0.5, 0.5, 0.0]);
        assert_eq!(influence(&columns[2..], &score), None);
    }

    #[test]
    fn a_symmetric_matrix_is_rebuilt_from_its_eigenvectors() {
        let m = vec![
            vec![4.0, 1.0, -2.0],
            vec![1.0, 2.0, 0.5],
            vec![-2.0, 0.5, 3.0],
        ];
        let eigen = symmetric_eigen(&m);
        assert!(eigen.values.windows(2).all(|w| w[0] >= w[1]));
        for (i, row) in m.iter().enumerate() {
            let rebuilt: Vec<f64> = (0..3)
                .map(|j| {
                    (0..3)
                        .map(|k| eigen.values[k] * eigen.vectors[k][i] * eigen.vectors[k][j])
                        .sum()
                })
                .collect();
            close(&rebuilt, row);
        }
    }

    #[test]
    fn eigenvalues_of_a_two_by_two_matrix_are_known() {
        close(
            &symmetric_eigen(&[vec![2.0, 1.0], vec![1.0, 2.0]]).values,
            &[3.0, 1.0],
        );
        close(
            &symmetric_eigen(&[vec![1.0, 0.0], vec![0.0, 5.0]]).values,
            &[5.0, 1.0],
        );
    }

    #[test]
    fn systems_are_solved_and_singular_ones_refused() {
        let x = solve(&[vec![0.0, 2.0], vec![3.0, 1.0]], &[4.0, 5.0]).unwrap();
        close(&x, &[1.0, 2.0]);
        assert_eq!(solve(&[vec![1.0, 2.0], vec![2.0, 4.0]], &[1.0, 2.0]), None);
    }

    #[test]
    fn power_iteration_finds_the_perron_vector() {
        let (value, vector) = dominant_eigen(&[vec![1.0, 2.0], vec![0.5, 1.0]]).unwrap();
        close(&[value, vector[0], vector[1]], &[2.0, 2.0 / 3.0, 1.0 / 3.0]);
    }
}
