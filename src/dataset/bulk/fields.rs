//! Fields of a record as the `csv` crate sees them, and numbers read in place.
//!
//! A record without quotes is cut where its delimiters stand. A record with a quoted field is taken
//! apart into a buffer of its own. A test compares both with the `csv` crate on random records.

use std::ops::Range;

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// After this byte, the end of its line not included.
    At(usize),
    /// The bytes end before the record does, inside or outside of quotes.
    Open { quoted: bool },
}

/// Takes a record apart, quoted or not: `text` receives its fields one after another without their quotes,
/// `fields` where each lies there.
pub(super) fn unquoted(
    bytes: &[u8],
    from: usize,
    delimiter: u8,
    text: &mut Vec<u8>,
    fields: &mut Vec<Range<usize>>,
) -> Ended {
    text.clear();
    fields.clear();
    let mut at = from;
    loop {
        let start = text.len();
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                match bytes.get(at) {
                    None => {
                        fields.push(start..text.len());
                        return Ended::Open { quoted: true };
                    }
                    Some(b'"') if bytes.get(at + 1) == Some(&b'"') => {
                        text.push(b'"');
                        at += 2;
                    }
                    // The byte after this quote decides; it may not be there yet.
                    Some(b'"') => {
                        at += 1;
                        break;
                    }
                    Some(byte) => {
                        text.push(*byte);
                        at += 1;
                    }
                }
            }
        }
        // What follows a closing quote belongs to the field as it stands.
        while let Some(&byte) = bytes.get(at) {
            if byte == delimiter || byte == b'\n' || byte == b'\r' {
                break;
            }
            text.push(byte);
            at += 1;
        }
        fields.push(start..text.len());
        match bytes.get(at) {
            None => return Ended::Open { quoted: false },
            Some(&byte) if byte == delimiter => at += 1,
            Some(_) => return Ended::At(at),
        }
    }
}

/// Returns where the first record ends, its line ending included; `None` if it does not.
pub(super) fn first_record(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let (mut text, mut fields) = (vec![], vec![]);
    let blank = bytes
        .iter()
        .take_while(|b| matches!(b, b'\r' | b'\n'))
        .count();
    match unquoted(bytes, blank, delimiter, &mut text, &mut fields) {
        Ended::At(end) => {
            let both = bytes[end..].starts_with(b"\r\n");
            Some(end + 1 + usize::from(both))
        }
        Ended::Open { quoted: true } => None,
        Ended::Open { quoted: false } => Some(bytes.len()),
    }
}

/// Powers of ten that a float holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Reads digits with at most a minus and a point from the front of `bytes`, and says how many bytes they
/// are. Everything else, and numbers whose digits do not fit 53 bits, is left to the standard library.
///
/// Mantissa and power of ten are exact, so that their quotient is rounded once: the same number as a
/// correctly rounding reader gives (Clinger 1990).
#[inline]
pub(super) fn plain_number(bytes: &[u8]) -> Option<(f64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let begin = usize::from(negative);
    if let Some((value, length)) = short_number(&bytes[begin..]) {
        return Some((if negative { -value } else { value }, begin + length));
    }
    let mut at = begin;
    let mut mantissa = 0_u64;
    let digit = |at: usize| {
        let digit = bytes.get(at).map_or(255, |byte| byte.wrapping_sub(b'0'));
        (digit < 10).then_some(u64::from(digit))
    };
    while let Some(digit) = digit(at) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    let whole = at - begin;
    let mut decimals = 0;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        let from = at;
        while let Some(digit) = digit(at) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
            at += 1;
        }
        decimals = at - from;
        if decimals == 0 {
            return None;
        }
    }
    if whole == 0 || whole + decimals > 19 || mantissa > 1 << 53 {
        return None;
    }
    let value = mantissa as f64 / POWERS[decimals];
    Some((if negative { -value } else { value }, at))
}

/// Reads a number of at most eight digits, of which fewer than eight are in a row, all digits at once; `None`
/// says nothing about other numbers.
#[inline]
fn short_number(bytes: &[u8]) -> Option<(f64, usize)> {
    let word = u64::from_le_bytes(*bytes.first_chunk()?);
    let whole = digits_at_front(word);
    if whole == 0 || whole == 8 {
        return None;
    }
    let word = word << (64 - 8 * whole);
    if bytes[whole] != b'.' {
        return Some((value_of_digits(word) as f64, whole));
    }
    let rest = u64::from_le_bytes(*bytes[whole + 1..].first_chunk()?);
    let decimals = digits_at_front(rest);
    if decimals == 0 || whole + decimals > 8 {
        return None;
    }
    let digits = word >> (8 * decimals) | rest << (64 - 8 * decimals);
    let value = value_of_digits(digits) as f64 / POWERS[decimals];
    Some((value, whole + 1 + decimals))
}

/// Counts the digits before the first byte that is none; the first byte is the lowest.
#[inline]
fn digits_at_front(word: u64) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let offset = word ^ (0x30 * EACH);
    // A byte above nine reaches its highest bit here, and none reaches into its neighbour.
    let above = (offset & (0x7f * EACH)) + 0x76 * EACH;
    let none = (above | offset) & (0x80 * EACH);
    none.trailing_zeros() as usize / 8
}

/// Returns the number that eight digits spell, the first in the lowest byte; bytes of zero count as zeros.
/// Neighbours are joined to pairs, pairs to fours, fours to the whole.
#[inline]
fn value_of_digits(word: u64) -> u64 {
    let pairs = (word & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul((10 << 8) + 1) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul((100 << 16) + 1) >> 16;
    (fours & 0x0000_ffff_0000_ffff).wrapping_mul((10_000 << 32) + 1) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_csv(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        reader.read_byte_record(&mut record).unwrap();
        record.iter().map(<[u8]>::to_vec).collect()
    }

    proptest! {
        #[test]
        fn fields_are_those_of_the_csv_crate(record in "[a,\" \r\n.]{1,24}") {
            let bytes = record.trim_start_matches(['\r', '\n']).as_bytes();
            prop_assume!(!bytes.is_empty());
            let (mut text, mut fields) = (vec![], vec![]);
            unquoted(bytes, 0, b',', &mut text, &mut fields);
            let own: Vec<Vec<u8>> = fields.iter().map(|f| text[f.clone()].to_vec()).collect();
            prop_assert_eq!(own, by_csv(bytes));
        }

        #[test]
        fn plain_numbers_are_those_of_the_standard_library(
            text in "-?[0-9]{1,19}(\\.[0-9]{1,12})?",
        ) {
            // What follows a number in a file decides which way it is read.
            for after in ["", ",", "\n", ",1.5,2.25,3\n", ":9876543210", "/87654321", ".,.,.,.,.,.,"] {
                let bytes = [&text, after].concat();
                if let Some((value, length)) = plain_number(bytes.as_bytes()) {
                    prop_assert_eq!(length, text.len());
                    prop_assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits());
                }
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_slow_path() {
        for text in [".5", "5.", "-", "", "+1", "abc", "123456789012345678901"] {
            assert_eq!(plain_number(text.as_bytes()), None, "{text}");
        }
        // The end of the number is where its digits end; the caller looks at what follows.
        assert_eq!(plain_number(b"1e5"), Some((1.0, 1)));
        assert_eq!(plain_number(b"-0.25,7"), Some((-0.25, 5)));
    }

    #[test]
    fn the_first_record_ends_with_its_line() {
        assert_eq!(first_record(b"a,b\r\n1,2\n", b','), Some(5));
        assert_eq!(first_record(b"\n\"a\nb\",c\n1,2\n", b','), Some(9));
        assert_eq!(first_record(b"a,\"b\n", b','), None);
    }
}
