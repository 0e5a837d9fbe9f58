//! The catalogue of accelerators.

use super::{Ids, Known};
use crate::dataset::table::{Findings, Table};
use crate::model::Chip;

pub(super) fn read_chips(
    table: &Table,
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<Chip>> {
    let name = table.required("name", found)?;
    let names = [
        "chip_id",
        "vendor",
        "fp16_dense_tflops",
        "fp16_dense_tflops_high",
        "power_w",
        "memory_gb",
        "price",
        "price_high",
        "price_currency",
        "source_id",
        "note",
    ];
    let [
        id,
        vendor,
        rate,
        rate_high,
        power,
        memory,
        price,
        price_high,
        currency,
        source,
        note,
    ] = names.map(|name| table.optional(name, found));
    let mut ids = Ids::new(id);
    let mut chips = vec![];
    table.each_row(found, |row, found| {
        let id = ids.take(row, found);
        let source = known.source(row, source, found);
        let mut number = |column| row.number(column, found);
        let (rate, rate_high) = (number(rate), number(rate_high));
        let (price, price_high) = (number(price), number(price_high));
        let (power_w, memory_gb) = (number(power), number(memory));
        let chip = (|| {
            Some(Chip {
                id: id?,
                name: row.get(name).to_owned(),
                vendor: row.get(vendor).to_owned(),
                fp16_dense_tflops: rate.map(|rate| (rate, rate_high)),
                power_w,
                memory_gb,
                price: price.map(|price| (price, price_high)),
                currency: row.get(currency).to_owned(),
                source: source.ok()?,
                note: row.get(note).to_owned(),
                origin: row.origin(),
            })
        })();
        chips.extend(chip);
    });
    Some(chips)
}
