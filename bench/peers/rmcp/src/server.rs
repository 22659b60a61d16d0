//! The tools as rmcp serves them.

use std::collections::HashMap;

use axum::http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};

use crate::Key;
use crate::api::{Api, Operation};

/// The file that `make bench` writes.
#[derive(serde::Deserialize)]
struct File {
    tools: Vec<Tool>,
    operations: HashMap<String, Operation>,
}

pub(crate) struct Server {
    tools: Vec<Tool>,
    operations: HashMap<String, Operation>,
    api: Api,
}

impl Server {
    pub(crate) fn new(file: &str, origin: String) -> Result<Self, serde_json::Error> {
        let File { tools, operations } = serde_json::from_str(file)?;
        let api = Api::new(origin);
        Ok(Self {
            tools,
            operations,
            api,
        })
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(operation) = self.operations.get(request.name.as_ref()) else {
            return Err(ErrorData::invalid_params("unknown tool", None));
        };
        let Some(Key(key)) = context
            .extensions
            .get::<Parts>()
            .and_then(|parts| parts.extensions.get())
        else {
            return Err(ErrorData::internal_error("no key", None));
        };
        let arguments = request.arguments.unwrap_or_default();
        Ok(match self.api.call(operation, arguments, key).await {
            Ok(answer) => {
                let mut result = CallToolResult::success(vec![ContentBlock::text(answer.text)]);
                result.structured_content = answer.value;
                result.is_error = Some(answer.failed);
                result.into()
            }
            Err(error) => CallToolResult::error(vec![ContentBlock::text(error.to_string())]).into(),
        })
    }
}
