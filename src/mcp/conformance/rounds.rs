//! The suite's tools that ask the client for input, in one or more round trips.

use super::input_request::{self, InputKind, InputRequest};
use super::results::{failure, success, text};
use crate::access::call::Call;
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::input_required::request_state::State;
use crate::mcp::input_required::{self, InputRequired};
use crate::mcp::protocol::jsonrpc::RpcError;
use crate::sealing::root_secret::sealer;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// The responses of each round so far.
type Rounds = Vec<Vec<String>>;

/// The outcome of a call, by `resultType`.
#[derive(Debug)]
pub(super) enum ToolOutcome {
    Complete(Value),
    InputRequired(InputRequired),
}

/// A tool that asks for input.
struct Script {
    tool: &'static str,
    /// The input requests of each round.
    rounds: &'static [&'static [InputRequest]],
    /// Whether responses are accepted only with the `requestState` of their requests.
    has_state: bool,
    /// Whether requests that the client cannot answer are left out. Otherwise such a client is refused.
    skips_unsupported: bool,
}

const fn input(name: &'static str, kind: InputKind) -> InputRequest {
    InputRequest { name, kind }
}

const fn script(tool: &'static str, rounds: &'static [&'static [InputRequest]]) -> Script {
    Script {
        tool,
        rounds,
        has_state: true,
        skips_unsupported: false,
    }
}

const CONFIRM: &[&[InputRequest]] = &[&[input("confirm", InputKind::Checkbox("ok"))]];

static SCRIPTS: [Script; 10] = [
    Script {
        has_state: false,
        ..script(
            "test_input_required_result_elicitation",
            &[&[input("user_name", InputKind::Text("name"))]],
        )
    },
    script(
        "test_input_required_result_sampling",
        &[&[input(
            "capital_question",
            InputKind::Sampling("What is the capital of France?"),
        )]],
    ),
    script(
        "test_input_required_result_list_roots",
        &[&[input("client_roots", InputKind::Roots)]],
    ),
    script(
        "test_missing_capability",
        &[&[input("sample", InputKind::Sampling("Say anything"))]],
    ),
    script("test_streaming_elicitation", CONFIRM),
    script("test_input_required_result_request_state", CONFIRM),
    script("test_input_required_result_tampered_state", CONFIRM),
    script(
        "test_input_required_result_multiple_inputs",
        &[&[
            input("user_name", InputKind::Text("name")),
            input("greeting", InputKind::Sampling("Generate a greeting")),
            input("client_roots", InputKind::Roots),
        ]],
    ),
    script(
        "test_input_required_result_multi_round",
        &[
            &[input("step1", InputKind::Text("name"))],
            &[input("step2", InputKind::Text("color"))],
        ],
    ),
    Script {
        skips_unsupported: true,
        ..script(
            "test_input_required_result_capabilities",
            &[&[
                input("elicit_input", InputKind::Text("value")),
                input("sample_input", InputKind::Sampling("Say anything")),
            ]],
        )
    },
];

/// Runs a tool that asks for input; `None` for any other tool.
///
/// # Errors
/// `-32021` for a client that cannot answer, `-32602` for a state or responses that are not valid.
pub(super) async fn run<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Option<Result<ToolOutcome, RpcError>> {
    let script = SCRIPTS.iter().find(|script| script.tool == tool.name)?;
    let call = Call::of(&exchange.caller.key, tool, arguments);
    Some(script.run(exchange, call).await)
}

impl Script {
    async fn run<H: Host>(
        &self,
        exchange: &Exchange<'_, H>,
        call: Call,
    ) -> Result<ToolOutcome, RpcError> {
        let (host, request) = (exchange.context.host, exchange.request);
        if !self.skips_unsupported {
            for round in self.rounds {
                input_request::require_capabilities(request, round)?;
            }
        }
        let Ok(sealer) = sealer(exchange.context).await else {
            return Ok(ToolOutcome::Complete(failure(
                "The sealing secret is out of reach.",
            )));
        };
        let state: Option<State<Rounds>> = input_required::state(request, &sealer, &call, host)?;
        let is_repeated = state.is_some() || !self.has_state;
        let mut answered = state.map(|state| state.memo).unwrap_or_default();
        let current = self.rounds.get(answered.len()).copied().unwrap_or_default();
        if is_repeated && let Some(responses) = input_request::responses(request, current)? {
            answered.push(responses);
        }
        let Some(next) = self.rounds.get(answered.len()) else {
            let answers = format!("Answered: {}.", answered.concat().join(", "));
            return Ok(ToolOutcome::Complete(success(vec![text(&answers)])));
        };
        let state = self
            .has_state
            .then(|| State::new(host, call, answered).seal(&sealer, host));
        Ok(ToolOutcome::InputRequired(input_request::input_required(
            request, next, state,
        )))
    }
}
