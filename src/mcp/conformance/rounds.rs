//! The suite's tools that ask the client for input before they answer.

use super::question::{self, Asks, Question};
use super::results::{failure, success, text};
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::input_required::request_state::{Call, State};
use crate::mcp::input_required::{self, InputRequired};
use crate::mcp::protocol::jsonrpc::RpcError;
use crate::sealing::root_secret::sealer;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// The answers of each round so far.
type Rounds = Vec<Vec<String>>;

/// How a call goes on.
#[derive(Debug)]
pub(crate) enum Step {
    /// With its result.
    Done(Value),
    /// With questions.
    Ask(InputRequired),
}

/// A tool that asks.
struct Script {
    tool: &'static str,
    /// One result with questions each.
    rounds: &'static [&'static [Question]],
    /// Whether answers count only with the `requestState` of their questions.
    has_state: bool,
    /// Whether questions are left out that the client cannot answer; otherwise such a client is refused.
    is_modest: bool,
}

const fn question(key: &'static str, asks: Asks) -> Question {
    Question { key, asks }
}

const fn script(tool: &'static str, rounds: &'static [&'static [Question]]) -> Script {
    Script {
        tool,
        rounds,
        has_state: true,
        is_modest: false,
    }
}

const CONFIRM: &[&[Question]] = &[&[question("confirm", Asks::Tick("ok"))]];

static SCRIPTS: [Script; 10] = [
    Script {
        has_state: false,
        ..script(
            "test_input_required_result_elicitation",
            &[&[question("user_name", Asks::Text("name"))]],
        )
    },
    script(
        "test_input_required_result_sampling",
        &[&[question(
            "capital_question",
            Asks::Sample("What is the capital of France?"),
        )]],
    ),
    script(
        "test_input_required_result_list_roots",
        &[&[question("client_roots", Asks::Roots)]],
    ),
    script(
        "test_missing_capability",
        &[&[question("sample", Asks::Sample("Say anything"))]],
    ),
    script("test_streaming_elicitation", CONFIRM),
    script("test_input_required_result_request_state", CONFIRM),
    script("test_input_required_result_tampered_state", CONFIRM),
    script(
        "test_input_required_result_multiple_inputs",
        &[&[
            question("user_name", Asks::Text("name")),
            question("greeting", Asks::Sample("Generate a greeting")),
            question("client_roots", Asks::Roots),
        ]],
    ),
    script(
        "test_input_required_result_multi_round",
        &[
            &[question("step1", Asks::Text("name"))],
            &[question("step2", Asks::Text("color"))],
        ],
    ),
    Script {
        is_modest: true,
        ..script(
            "test_input_required_result_capabilities",
            &[&[
                question("elicit_input", Asks::Text("value")),
                question("sample_input", Asks::Sample("Say anything")),
            ]],
        )
    },
];

/// Runs a tool that asks; nothing for any other tool.
///
/// # Errors
/// `-32021` for a client that cannot answer, `-32602` for a state that was changed.
pub(crate) async fn run<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Option<Result<Step, RpcError>> {
    let script = SCRIPTS.iter().find(|script| script.tool == tool.name)?;
    let call = Call::of(&exchange.caller.key, tool, arguments);
    Some(script.step(exchange, call).await)
}

impl Script {
    async fn step<H: Host>(
        &self,
        exchange: &Exchange<'_, H>,
        call: Call,
    ) -> Result<Step, RpcError> {
        let (host, request) = (exchange.context.host, exchange.request);
        if !self.is_modest {
            for round in self.rounds {
                question::check(request, round)?;
            }
        }
        let Ok(sealer) = sealer(exchange.context).await else {
            return Ok(Step::Done(failure("The sealing secret is out of reach.")));
        };
        let state: Option<State<Rounds>> = input_required::state(request, &sealer, &call, host)?;
        let is_answer = state.is_some() || !self.has_state;
        let mut answered = state.map(|state| state.memo).unwrap_or_default();
        let asked = self.rounds.get(answered.len()).copied().unwrap_or_default();
        if is_answer && let Some(answers) = question::answers(request, asked)? {
            answered.push(answers);
        }
        let Some(next) = self.rounds.get(answered.len()) else {
            let answers = format!("Answered: {}.", answered.concat().join(", "));
            return Ok(Step::Done(success(vec![text(&answers)])));
        };
        let state = self
            .has_state
            .then(|| State::new(host, call, answered).seal(&sealer, host));
        Ok(Step::Ask(question::ask(request, next, state)))
    }
}
