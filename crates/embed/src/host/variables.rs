//! `spin:variables@3.0.0` and `fermyon:spin/variables@2.0.0`.

use wasmtime::Result;
use wasmtime::component::Accessor;

use super::bindings::HostData;
use super::bindings::fermyon::spin::variables as v2;
use super::bindings::spin::variables::variables as v3;
use crate::state::InstanceState;
use crate::variables::is_variable_name;

enum VariableError {
    InvalidName(String),
    Undefined(String),
}

impl InstanceState {
    fn variable(&self, name: String) -> Result<String, VariableError> {
        match self.component.variables.get(&name) {
            Some(value) => Ok(value.clone()),
            None if is_variable_name(&name) => Err(VariableError::Undefined(name)),
            None => Err(VariableError::InvalidName(name)),
        }
    }
}

impl v3::Host for InstanceState {}

impl<T: Send> v3::HostWithStore<T> for HostData {
    async fn get(store: &Accessor<T, Self>, name: String) -> Result<Result<String, v3::Error>> {
        Ok(store
            .with(|mut access| access.get().variable(name))
            .map_err(|error| match error {
                VariableError::InvalidName(name) => v3::Error::InvalidName(name),
                VariableError::Undefined(name) => v3::Error::Undefined(name),
            }))
    }
}

impl v2::Host for InstanceState {
    fn get(&mut self, name: String) -> Result<Result<String, v2::Error>> {
        Ok(self.variable(name).map_err(|error| match error {
            VariableError::InvalidName(name) => v2::Error::InvalidName(name),
            VariableError::Undefined(name) => v2::Error::Undefined(name),
        }))
    }
}
