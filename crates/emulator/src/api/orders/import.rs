//! Configuring videos from a CSV file. A row goes through the rules of the single call, so that both mean the same.

use serde_json::{Value, json};

use super::configure::{SINGLE, configure_all};
use super::place::VIDEOS_MAX;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::contract::read_property;
use crate::error::{ApiError, Code, check};
use crate::workspace::Workspace;

const FILE_MAX: usize = 1 << 20;

/// `POST /bundles/{id}/videos/import-csv`. A row has its number as a spreadsheet shows it: the header is row 1.
pub(crate) fn import(workspace: &mut Workspace, call: &Call) -> Reply {
    let file = &call.form()?.part("file")?.bytes;
    check(&[(file.len() > FILE_MAX, "file", "has more than 1 MiB")])?;
    let rows = read(file)?;
    let (_, outcomes, cost) = configure_all(workspace, call, &rows)?;
    let mut errors = Vec::new();
    for (number, outcome) in outcomes.iter().enumerate() {
        if let Err(error) = outcome {
            let message = format!("{}: {}", error.code.as_str(), error.message);
            errors.push(json!({ "row": number + 2, "message": message }));
        }
    }
    let imported = rows.len() - errors.len();
    let data = json!({ "imported": imported, "skipped": errors.len(), "errors": errors });
    Ok(Answer::data(data).costing(cost))
}

fn read(file: &[u8]) -> Result<Vec<Value>, ApiError> {
    let broken = |error: csv::Error| ApiError::field("file", &format!("is not CSV: {error}"));
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.flexible(true).trim(csv::Trim::All).from_reader(file);
    let columns = reader.headers().map_err(broken)?.clone();
    check(&[(columns.is_empty(), "file", "has no header row")])?;
    for column in &columns {
        let is_field = column != "auto_publish" && read_property(SINGLE, column, "").is_some();
        if column != "position" && !is_field {
            let message = format!("The file has a column {column:?} that a slot does not have.");
            return Err(ApiError::new(Code::UnknownField, message).with("field", column));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let mut row = json!({});
        let cells = columns.iter().zip(&record);
        for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
            // Spreadsheets write TRUE and FALSE.
            let mut flags = ["true", "false"].into_iter();
            let flag = flags.find(|flag| flag.eq_ignore_ascii_case(cell));
            let value = read_property(SINGLE, column, flag.unwrap_or(cell));
            row[column] = value.unwrap_or_else(|| json!(cell));
        }
        rows.push(row);
        let is_long = rows.len() as i64 > VIDEOS_MAX;
        check(&[(is_long, "file", "has more rows than an order has videos")])?;
    }
    Ok(rows)
}
