//! Made-up input: texts of a corpus, changed a little or a lot.

use exacity::num::rng::Rng;

/// Makes the input of a number: always the same for the same corpus and number.
pub(crate) fn input(corpus: &[Vec<u8>], words: &[&str], number: u64) -> Vec<u8> {
    let mut dice = Rng::new(20_260_331, "fuzz", number);
    let mut text = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(5) {
        change(&mut text, corpus, words, &mut dice);
    }
    text.truncate(70_000);
    text
}

fn change(text: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str], dice: &mut Rng) {
    let at = dice.below(text.len() + 1);
    let end = (at + dice.below(24)).min(text.len());
    match dice.below(8) {
        0 => {
            text.drain(at..end);
        }
        1 => {
            let piece = text[at..end].to_vec();
            let times = 1 + dice.below(40);
            let more = piece.iter().copied().cycle().take(piece.len() * times);
            text.splice(at..at, more);
        }
        2 => {
            let other = &corpus[dice.below(corpus.len())];
            let from = dice.below(other.len() + 1);
            let to = (from + dice.below(200)).min(other.len());
            text.splice(at..end, other[from..to].iter().copied());
        }
        3 => {
            // Any byte, half a letter among them.
            let byte = u8::try_from(dice.below(256)).unwrap();
            text.insert(at, byte);
        }
        4 => {
            if let Some(byte) = text.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        5 => replace_number(text, at, dice),
        _ => {
            let word = words[dice.below(words.len())].as_bytes();
            text.splice(at..at, word.iter().copied());
        }
    }
}

/// Puts an awkward number in the place of the next one.
fn replace_number(text: &mut Vec<u8>, from: usize, dice: &mut Rng) {
    const NUMBERS: [&str; 10] = [
        "0",
        "-0",
        "-1",
        "1e308",
        "1e-320",
        "99999999999999999999",
        "0.1",
        "NaN",
        "inf",
        "1_000",
    ];
    let Some(start) = (from..text.len()).find(|&i| text[i].is_ascii_digit()) else {
        return;
    };
    let end = (start..text.len())
        .find(|&i| !text[i].is_ascii_digit())
        .unwrap_or(text.len());
    let number = NUMBERS[dice.below(NUMBERS.len())];
    text.splice(start..end, number.bytes());
}
