//! Which types of a file hold figures or texts.

use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::schema::types::Type;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Numbers; whole ones may be without a sign.
    Number { unsigned: bool },
    /// Texts.
    Text,
    /// Yes or no, which is a text here and never a figure.
    Flag,
}

/// Returns what the cells of a column are, or what they are called if they are nothing that can be read.
///
/// Dates, times and decimals are numbers in the file that mean something else: reading them as figures would
/// be wrong by whatever their unit is.
pub(super) fn of(field: &Type) -> Result<Kind, String> {
    if !field.is_primitive() {
        return Err("a record or a list".to_owned());
    }
    let about = field.get_basic_info();
    if about.has_repetition() && about.repetition() == Repetition::REPEATED {
        return Err("a list".to_owned());
    }
    let named = about.logical_type_ref().map(|kind| format!("{kind:?}"));
    let signed = match (about.logical_type_ref(), about.converted_type()) {
        (Some(LogicalType::Integer(whole)), _) => whole.is_signed,
        (
            Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) | None,
            ConvertedType::NONE
            | ConvertedType::UTF8
            | ConvertedType::ENUM
            | ConvertedType::JSON
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64,
        ) => true,
        (
            None,
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64,
        ) => false,
        (_, converted) => {
            let name = named.unwrap_or_else(|| converted.to_string());
            return Err(format!("of type {name}, which is neither number nor text"));
        }
    };
    match field.get_physical_type() {
        Physical::INT32 | Physical::INT64 => Ok(Kind::Number { unsigned: !signed }),
        Physical::FLOAT | Physical::DOUBLE => Ok(Kind::Number { unsigned: false }),
        Physical::BYTE_ARRAY => Ok(Kind::Text),
        Physical::BOOLEAN => Ok(Kind::Flag),
        other => Err(format!("of type {other}, which is neither number nor text")),
    }
}
