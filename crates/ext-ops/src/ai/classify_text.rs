//! The operation `ai.classify_text`.

use std::time::Duration;

use ext_perm::Budget;
use ext_registry::{Context, LibraryQuery, OpError, register};
use ext_wire::{
    ErrorCode,
    ops::ai::{ClassifyText, ClassifyTextInput, ClassifyTextOutput, Evidence, MAX_TEXT_BYTES},
};
use serde_json::Value;

use super::validate;
use crate::{BuiltIn, bad_input::bad_input, provider::provider};
use ext_services::text_model::{
    ProviderFault, TextAnswer, TextModel, TextModelError, TextQuestion,
};

impl LibraryQuery<ClassifyText> for BuiltIn {
    async fn execute(
        input: ClassifyTextInput,
        context: Context<'_>,
    ) -> Result<ClassifyTextOutput, OpError> {
        let bytes = input.text.len();
        if bytes > MAX_TEXT_BYTES {
            return Err(bad_input(format_args!(
                "the text has {bytes} bytes, the limit is {MAX_TEXT_BYTES}"
            )));
        }
        let expected = tokens(bytes + input.prompt.len());
        context.charge(Budget::ModelTokens, expected)?;
        let validator = input.schema.as_ref().map(validate::compile).transpose()?;
        let model = &**provider::<dyn TextModel>(context, "text model")?;
        let check = |value: &Value| match &validator {
            Some(validator) => validate::problem(validator, value).map_or(Ok(()), Err),
            None => Ok(()),
        };
        let question = TextQuestion {
            check: Some(&check),
            ..TextQuestion::new(&input.text, &input.prompt, input.schema.as_ref())
        };
        let answered = model.answer(question).await;
        charge_rest(context, expected, taken(&answered))?;
        let answer = answered.map_err(model_error)?;
        check(&answer.value).map_err(|problem| OpError::new(ErrorCode::ModelAnswer, problem))?;
        Ok(describe(model.name(), answer))
    }
}
register!(LibraryQuery<ClassifyText> for BuiltIn);

/// Estimates tokens as four bytes each: tokenizers come to that for most texts, and it is the same
/// for every engine.
const fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

/// Returns the tokens that the model counted, in an answer or a failure.
fn taken(answered: &Result<TextAnswer, TextModelError>) -> u64 {
    match answered {
        Ok(answer) => answer.tokens.unwrap_or(0),
        Err(TextModelError::Answer { tokens, .. } | TextModelError::Provider { tokens, .. }) => {
            *tokens
        }
        Err(_) => 0,
    }
}

/// Charges the tokens that a model took beyond the estimate. They are spent already: where the
/// budget has less left, all of that is charged, and the next call is refused.
fn charge_rest(context: Context<'_>, expected: u64, taken: u64) -> Result<(), OpError> {
    let rest = taken.saturating_sub(expected);
    if rest == 0 || context.charge(Budget::ModelTokens, rest).is_ok() {
        return Ok(());
    }
    let budgets = context.quota().budgets;
    let left = budgets.iter().find(|budget| budget.budget == Budget::ModelTokens);
    context.charge(Budget::ModelTokens, left.map_or(0, |budget| budget.left))
}

fn describe(engine: &str, answer: TextAnswer) -> ClassifyTextOutput {
    let evidence = answer.evidence.into_iter().map(|(property, found)| {
        let (confidence, line, quote) = (found.confidence, found.line, found.quote);
        (property, Evidence { confidence, line, quote, alternatives: found.alternatives })
    });
    ClassifyTextOutput {
        answer: answer.value,
        evidence: evidence.collect(),
        engine: engine.to_owned(),
    }
}

fn model_error(error: TextModelError) -> OpError {
    match &error {
        TextModelError::Provider { fault, detail, retry_after, .. } => {
            provider_error(*fault, detail, *retry_after)
        }
        TextModelError::Answer { .. } => OpError::new(ErrorCode::ModelAnswer, error),
        TextModelError::Schema { .. } => bad_input(error),
        TextModelError::NeedsProvider { .. } => OpError::new(ErrorCode::NeedsProvider, error),
        TextModelError::Engine(_) => OpError::internal(error),
    }
}

fn provider_error(fault: ProviderFault, detail: &str, retry_after: Option<Duration>) -> OpError {
    let code = match fault {
        ProviderFault::Busy => ErrorCode::Busy,
        ProviderFault::Timeout => ErrorCode::NetTimeout,
        ProviderFault::TooLarge => ErrorCode::NetSize,
        ProviderFault::Key | ProviderFault::Refused => ErrorCode::NeedsProvider,
        ProviderFault::Unreachable | ProviderFault::Failed => ErrorCode::Net,
    };
    let mut body = OpError::hidden(code, &fault.to_string(), detail).into_body();
    body.retry_after_ms =
        retry_after.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    body.into()
}
