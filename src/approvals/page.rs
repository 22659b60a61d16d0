//! `/approve/question`: shows the question to the owner of the key, and takes the answer. A `GET` changes nothing.

pub(crate) use super::visit::QUESTION_PATH;
use super::visit::{Visit, closed, question, read_form, switch_url};
use crate::access::approval::{self, Answer, AnswerError, Asked};
use crate::app::Context;
use crate::host::{Host, IncomingBody};
use crate::ledger::rate_limit;
use crate::pages::reply::{FormAction, Refusal, html};
use crate::pages::{ApprovalPage, Content, Person, problems, texts};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::Sealer;
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};

/// The largest form, in bytes.
const MAX_BODY: usize = 8 * 1024;

/// Shows the question.
pub(crate) async fn show<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    query: &str,
) -> Result<Reply, Refusal> {
    let sealer = sealer(context).await?;
    let parameters = Parameters::parse(query.as_bytes());
    let visit = Visit::open(context, &sealer, headers, &parameters)?;
    let asked = question(context, &sealer, &visit.call).await?;
    Ok(page(context, &sealer, visit, &asked, false))
}

/// Answers the form. The first answer counts.
pub(crate) async fn answer<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, Refusal> {
    let body = read_form(context, headers, body, MAX_BODY).await?;
    let parameters = Parameters::parse(&body);
    let sealer = sealer(context).await?;
    let visit = Visit::open(context, &sealer, headers, &parameters)?;
    rate_limit::check_decision(context, &visit.browser.id)
        .await
        .map_err(|seconds| {
            let cause = "too many forms of one visit";
            Refusal::new(problems::too_many_requests(seconds), cause)
        })?;
    let given = match parameters.one("decision") {
        Ok(Some("approve")) => Answer::Approved,
        Ok(Some("decline")) => Answer::Declined,
        _ => return Err(closed("the form has no decision")),
    };
    let asked = question(context, &sealer, &visit.call).await?;
    // The call may have been made again at another price while the person read.
    let newest = approval::find(context, &sealer, &asked.question.call).await?;
    let asked = newest.unwrap_or(asked);
    if visit.nonce.as_deref() != Some(asked.question.nonce()) {
        let visit = Visit {
            call: asked.id.clone(),
            ..visit
        };
        return Ok(page(context, &sealer, visit, &asked, true));
    }
    if let Some(answer) = asked.answer {
        return Ok(answered(context, answer));
    }
    match approval::answer(context, &asked.question, given).await {
        Ok(()) => Ok(answered(context, given)),
        Err(AnswerError::Answered) => {
            let asked = question(context, &sealer, &visit.call).await?;
            asked
                .answer
                .map(|answer| answered(context, answer))
                .ok_or_else(|| closed("another answer was taken and could not be recorded"))
        }
        Err(AnswerError::Store(error)) => Err(error.into()),
    }
}

/// The page with the question, or with its answer.
fn page<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    visit: Visit,
    asked: &Asked,
    is_changed: bool,
) -> Reply {
    if let Some(answer) = asked.answer {
        return answered(context, answer);
    }
    let visit = Visit {
        nonce: Some(asked.question.nonce().to_owned()),
        ..visit
    };
    let person = visit.person.as_ref();
    let question = &asked.question;
    let page = ApprovalPage {
        t: texts::of(context.language),
        host: &context.config.public_authority,
        action: QUESTION_PATH,
        request: &visit.seal(context, sealer),
        content: Content::Question {
            words: &question.words,
            key_name: question.key.as_ref().map(|key| &*key.name),
            person: person.map(|(name, email)| Person { name, email }),
            switch_url: person.is_some().then(|| switch_url(&visit.call)),
            is_changed,
        },
    };
    html(
        StatusCode::OK,
        context.language,
        page.html(),
        FormAction::Own,
    )
}

/// The page that says what the person decided.
fn answered<H: Host>(context: &Context<'_, H>, answer: Answer) -> Reply {
    let page = ApprovalPage {
        t: texts::of(context.language),
        host: &context.config.public_authority,
        action: "",
        request: "",
        content: Content::Answered(answer),
    };
    html(
        StatusCode::OK,
        context.language,
        page.html(),
        FormAction::Nowhere,
    )
}
