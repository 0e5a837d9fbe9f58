//! Counts of places, small where they are all the same.

use std::ops::Index;

/// A count per place.
///
/// As long as every place counts the same, which is so in complete tables, it is one number: a table
/// of a hundred thousand places then costs no memory for being complete.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counts {
    same: u32,
    /// One count per place once they differ.
    each: Option<Vec<u32>>,
}

impl Counts {
    /// Adds one to every place.
    pub(super) fn add_to_all(&mut self) {
        match &mut self.each {
            Some(each) => each.iter_mut().for_each(|count| *count += 1),
            None => self.same += 1,
        }
    }

    /// Adds one to each of `places` places where `holds` says so.
    pub(super) fn add_where(&mut self, places: usize, holds: impl Fn(usize) -> bool) {
        let same = self.same;
        let each = self.each.get_or_insert_with(|| vec![same; places]);
        for (place, count) in each.iter_mut().enumerate() {
            *count += u32::from(holds(place));
        }
    }
}

impl Index<usize> for Counts {
    type Output = u32;

    fn index(&self, place: usize) -> &u32 {
        self.each.as_ref().map_or(&self.same, |each| &each[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_come_to_differ_keep_what_they_had_in_common() {
        let mut counts = Counts::default();
        counts.add_to_all();
        counts.add_where(3, |place| place == 1);
        counts.add_to_all();
        assert_eq!([counts[0], counts[1], counts[2]], [2, 3, 2]);
    }
}
