//! `spin:sqlite@3.1.0`.

use wasmtime::Result;
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use super::bindings::HostData;
use super::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value,
};
use super::handles::{Connection, MAX_OPEN};
use crate::state::InstanceState;
use crate::storage::{Database, Lease, Row, SqlError, SqlValue, StatementResult};

/// The names of the columns, and the rows.
type ColumnsAndRows = (Vec<String>, Vec<RowResult>);

impl InstanceState {
    fn open_database(&mut self, label: &str) -> Result<Result<Resource<Connection>, Error>> {
        let Some(database) = self.component.databases.get(label) else {
            let text = format!(
                "refused database `{label}`: it is not in the component's sqlite_databases"
            );
            self.component.log.host(&text);
            return Ok(Err(Error::AccessDenied));
        };
        if self.open_databases >= MAX_OPEN {
            return Ok(Err(Error::Io("too many connections opened".to_owned())));
        }
        let database = database.clone();
        let connection = Connection {
            database,
            lease: Lease::default(),
            changes: 0,
            last_insert_rowid: 0,
        };
        let connection = self.table.push(connection)?;
        self.open_databases += 1;
        Ok(Ok(connection))
    }

    /// Takes the lease out of the connection before a statement runs.
    fn start_statement(&mut self, connection: &Resource<Connection>) -> Result<(Database, Lease)> {
        let connection = self.table.get_mut(connection)?;
        Ok((
            connection.database.clone(),
            std::mem::take(&mut connection.lease),
        ))
    }

    /// Puts the lease back and keeps what later calls ask for.
    fn finish_statement(
        &mut self,
        connection: &Resource<Connection>,
        (lease, result): (Lease, Result<StatementResult, SqlError>),
    ) -> Result<Result<ColumnsAndRows, Error>> {
        let connection = self.table.get_mut(connection)?;
        connection.lease = lease;
        Ok(match result {
            Ok(result) => {
                connection.changes = result.changes;
                connection.last_insert_rowid = result.last_insert_rowid;
                Ok((
                    result.columns,
                    result.rows.into_iter().map(RowResult::from).collect(),
                ))
            }
            Err(SqlError::Full) => Err(Error::DatabaseFull),
            Err(SqlError::Other(message)) => Err(Error::Io(message)),
        })
    }
}

impl Host for InstanceState {}

impl HostConnection for InstanceState {
    fn open(&mut self, label: String) -> Result<Result<Resource<Connection>, Error>> {
        self.open_database(&label)
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<Result<QueryResult, Error>> {
        let (database, lease) = self.start_statement(&connection)?;
        let parameters = parameters.into_iter().map(SqlValue::from).collect();
        let done = database.execute(lease, statement, parameters).await;
        Ok(self
            .finish_statement(&connection, done)?
            .map(|(columns, rows)| QueryResult { columns, rows }))
    }

    fn last_insert_rowid(&mut self, connection: Resource<Connection>) -> Result<i64> {
        Ok(self.table.get(&connection)?.last_insert_rowid)
    }

    fn changes(&mut self, connection: Resource<Connection>) -> Result<u64> {
        Ok(self.table.get(&connection)?.changes)
    }

    fn drop(&mut self, connection: Resource<Connection>) -> Result<()> {
        self.table.delete(connection)?;
        self.open_databases -= 1;
        Ok(())
    }
}

impl<T: Send + 'static> HostConnectionWithStore<T> for HostData {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> Result<Result<Resource<Connection>, Error>> {
        accessor.with(|mut access| access.get().open_database(&label))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<
        Result<
            (
                Vec<String>,
                StreamReader<RowResult>,
                FutureReader<Result<(), Error>>,
            ),
            Error,
        >,
    > {
        let (database, lease) =
            accessor.with(|mut access| access.get().start_statement(&connection))?;
        let parameters = parameters.into_iter().map(SqlValue::from).collect();
        let done = database.execute(lease, statement, parameters).await;
        accessor.with(|mut access| {
            // As in Spin, a failed statement returns an empty stream that ends with the error.
            let (columns, rows, end) = match access.get().finish_statement(&connection, done)? {
                Ok((columns, rows)) => (columns, rows, Ok(())),
                Err(error) => (Vec::new(), Vec::new(), Err(error)),
            };
            let rows = StreamReader::new(&mut access, rows)?;
            let end = FutureReader::new(&mut access, async move { wasmtime::error::Ok(end) })?;
            Ok(Ok((columns, rows, end)))
        })
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> Result<i64> {
        accessor.with(|mut access| access.get().last_insert_rowid(connection))
    }

    async fn changes_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> Result<u64> {
        accessor.with(|mut access| access.get().changes(connection))
    }
}

impl From<Value> for SqlValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Integer(integer) => Self::Integer(integer),
            Value::Real(real) => Self::Real(real),
            Value::Text(text) => Self::Text(text),
            Value::Blob(blob) => Self::Blob(blob),
            Value::Null => Self::Null,
        }
    }
}

impl From<Row> for RowResult {
    fn from(row: Row) -> Self {
        let values = row.into_iter().map(|value| match value {
            SqlValue::Integer(integer) => Value::Integer(integer),
            SqlValue::Real(real) => Value::Real(real),
            SqlValue::Text(text) => Value::Text(text),
            SqlValue::Blob(blob) => Value::Blob(blob),
            SqlValue::Null => Value::Null,
        });
        Self {
            values: values.collect(),
        }
    }
}
