//! A table of rows makes one case per row: `"$column"` anywhere in the file stands for the row's value.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::{Reader, elements, kind, wrong};
use super::step::Name;
use super::suite::ScenarioError;

/// One row: its name, the rules that its case relies on, and what each column stands for.
pub(super) struct Row<'i> {
    pub(super) name: String,
    pub(super) needs: Vec<Name>,
    values: BTreeMap<String, DeValue<'i>>,
}

/// Takes `rows` out of the file; `None` where the file has none.
pub(super) fn take_rows<'i>(file: &mut Reader<'i>) -> Result<Option<Vec<Row<'i>>>, ScenarioError> {
    let Some(value) = file.take("rows") else {
        return Ok(None);
    };
    let span = value.span();
    let rows: Vec<Row<'i>> = elements("rows", value)?
        .map(row)
        .collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err(wrong(
            &span,
            "`rows` has no row; a scenario without rows leaves it out",
        ));
    }
    Ok(Some(rows))
}

fn row(value: Spanned<DeValue<'_>>) -> Result<Row<'_>, ScenarioError> {
    let mut row = Reader::of("a row", value)?;
    let needs = row.texts("needs")?;
    let mut columns = row.rest();
    columns.sort_by_key(|(_, value)| value.span().start);
    let named = columns.iter().position(|(column, _)| column.text == "name");
    let name = match named {
        Some(at) => label(columns.remove(at).1.get_ref()),
        None => {
            let labels: Vec<String> = columns
                .iter()
                .map(|(_, value)| label(value.get_ref()))
                .collect();
            labels.join("+")
        }
    };
    let values = columns
        .into_iter()
        .map(|(key, value)| (key.text, value.into_inner()))
        .collect();
    Ok(Row {
        name,
        needs,
        values,
    })
}

fn label(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        other => kind(other).replace(' ', "-"),
    }
}

/// Replaces every `"$column"` of a table by the row's value, which keeps the place where the column stands.
pub(super) fn fill<'i>(table: &mut DeTable<'i>, row: &Row<'i>) -> Result<(), ScenarioError> {
    for (_, value) in table.iter_mut() {
        fill_value(value, row)?;
    }
    Ok(())
}

fn fill_value<'i>(value: &mut Spanned<DeValue<'i>>, row: &Row<'i>) -> Result<(), ScenarioError> {
    let span = value.span();
    let replacement = match value.get_mut() {
        DeValue::Table(table) => return fill(table, row),
        DeValue::Array(array) => {
            for element in array.iter_mut() {
                fill_value(element, row)?;
            }
            return Ok(());
        }
        DeValue::String(text) => match text.strip_prefix('$') {
            Some(column) => row
                .values
                .get(column)
                .cloned()
                .ok_or_else(|| wrong(&span, format!("no row has a column `{column}`")))?,
            None => return Ok(()),
        },
        _ => return Ok(()),
    };
    *value.get_mut() = replacement;
    Ok(())
}
