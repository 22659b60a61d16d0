//! Configuring slots from a CSV file. A row goes through the rules of the single call, so that both mean the same.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::decisions::{CSV_MAX, VIDEOS_MAX};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::bundles::Step;
use crate::resources::video_batch::configure_all;
use crate::resources::video_setup::Setup;
use crate::resources::work;
use crate::schema::{self, Schema};
use crate::workspace::Workspace;

/// A row as JSON, with its number as a spreadsheet shows it: the header is row 1.
struct Row {
    number: u64,
    position: Option<String>,
    fields: Map<String, Value>,
}

/// `POST /bundles/{id}/videos/import-csv`. A row without a position takes the next pending slot.
pub fn import(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    let mut free: Vec<u32> = bundle
        .videos
        .iter()
        .filter(|slot| slot.status == Step::Pending)
        .map(|slot| slot.position)
        .rev()
        .collect();
    let form = request.form()?;
    let publish = match form.text("auto_publish").as_deref() {
        None | Some("" | "false" | "False" | "0") => false,
        Some("true" | "True" | "1") => true,
        Some(_) => return Err(ApiError::field("auto_publish", "must be true or false")),
    };
    let rules = schema::of_operation("configureBundleVideo")
        .and_then(|rules| rules.body.as_ref())
        .map(|body| &body.schema)
        .ok_or_else(|| ApiError::new(Code::InternalError, "The rules of a slot are missing."))?;
    let (rows, blank) = read(&form.part("file")?.bytes, rules)?;

    for row in &rows {
        if let Some(position) = &row.position {
            free.retain(|number| number.to_string() != *position);
        }
    }
    let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
    let setups = rows
        .into_iter()
        .map(|row| {
            let position = row.position.or_else(|| free.pop().map(|n| n.to_string()));
            match position {
                Some(position) => (position, setup(row.fields, rules)),
                None => (
                    String::new(),
                    Err(ApiError::field("position", "is empty and no slot is free")),
                ),
            }
        })
        .collect();
    let (outcomes, charge) =
        configure_all(workspace, context, request.path("id"), setups, publish)?;
    let errors: Vec<Value> = numbers
        .into_iter()
        .zip(&outcomes)
        .filter_map(|(number, outcome)| {
            let error = outcome.as_ref().err()?;
            let message = format!("{}: {}", error.code.as_str(), error.message);
            Some(json!({ "row": number, "message": message }))
        })
        .collect();
    let data = json!({
        "imported": outcomes.len() - errors.len(),
        "skipped": blank + errors.len(),
        "errors": errors,
    });
    Ok(work::charged(Answer::ok(data), charge))
}

/// The rows of a file, and how many blank ones there were.
fn read(file: &[u8], rules: &Schema) -> Result<(Vec<Row>, usize), ApiError> {
    let broken = |error: csv::Error| ApiError::field("file", &format!("is not CSV: {error}"));
    if file.len() > CSV_MAX {
        return Err(ApiError::field(
            "file",
            &format!("has more than {CSV_MAX} bytes"),
        ));
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(file);
    let columns = reader.headers().map_err(broken)?.clone();
    if columns.is_empty() {
        return Err(ApiError::field("file", "has no header row"));
    }
    for column in &columns {
        if column == "auto_publish"
            || (column != "position" && rules.read_property(column, "").is_none())
        {
            return Err(ApiError::new(
                Code::UnknownField,
                format!("The file has a column {column:?} that a slot does not have."),
            )
            .with("field", column));
        }
    }
    let (mut rows, mut blank) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.map_err(broken)?;
        if record.iter().all(str::is_empty) {
            blank += 1;
            continue;
        }
        if i64::try_from(rows.len()).is_ok_and(|count| count >= VIDEOS_MAX) {
            return Err(ApiError::field(
                "file",
                &format!("has more than {VIDEOS_MAX} rows"),
            ));
        }
        let mut row = Row {
            number: record
                .position()
                .map_or(0, |position| position.record() + 1),
            position: None,
            fields: Map::new(),
        };
        for (column, cell) in columns.iter().zip(&record) {
            if cell.is_empty() {
                continue;
            }
            if column == "position" {
                row.position = Some(cell.to_owned());
            } else if let Some(value) = rules.read_property(column, spelled(cell)) {
                row.fields.insert(column.to_owned(), value);
            }
        }
        rows.push(row);
    }
    Ok((rows, blank))
}

/// Spreadsheets write TRUE and FALSE.
fn spelled(cell: &str) -> &str {
    match cell {
        "TRUE" | "True" => "true",
        "FALSE" | "False" => "false",
        cell => cell,
    }
}

fn setup(fields: Map<String, Value>, rules: &Schema) -> Result<Setup, ApiError> {
    let mut row = Value::Object(fields);
    let mut problems = Vec::new();
    rules.check(&mut row, "", &mut problems);
    if let Some(problem) = problems.first() {
        return Err(ApiError::field(&problem.field, &problem.message));
    }
    Setup::deserialize(row)
        .map_err(|error| ApiError::field("row", &format!("does not fit: {error}")))
}
