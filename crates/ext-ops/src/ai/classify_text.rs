//! `ai.classify_text`.

use ext_perm::Budget;
use ext_registry::{Context, LibraryQuery, OpError, register_library_query};
use ext_wire::{
    ErrorCode,
    ops::ai::{ClassifyTextInput, ClassifyTextOutput, Evidence, MAX_TEXT_BYTES},
};

use super::{bad_input, validate};
use crate::services::text_model::{TextAnswer, TextModel, TextModelError, TextQuestion};

struct ClassifyTextQuery;

impl LibraryQuery for ClassifyTextQuery {
    type Input = ClassifyTextInput;
    type Output = ClassifyTextOutput;

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
        context.charge(Budget::ModelTokens, tokens(bytes + input.prompt.len()))?;
        let validator = input.schema.as_ref().map(validate::compile).transpose()?;
        let model = &**context.service::<dyn TextModel>()?;
        let schema = input.schema.as_ref();
        let question = TextQuestion { text: &input.text, prompt: &input.prompt, schema };
        let answer = model.answer(question).map_err(model_error)?;
        if let Some(validator) = validator {
            validate::check(&validator, &answer.value)?;
        }
        Ok(describe(model.name(), answer))
    }
}
register_library_query!(
    ClassifyTextQuery,
    "ai.classify_text",
    "Answers a question about a text, after a schema"
);

/// A token is counted as four bytes: that is what tokenizers come to for most texts, and it is the
/// same for every engine.
const fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

fn describe(engine: &str, answer: TextAnswer) -> ClassifyTextOutput {
    let evidence = answer.evidence.into_iter().map(|(property, found)| {
        let (confidence, line, quote) = (found.confidence, found.line, found.quote);
        (property, Evidence { confidence, line, quote })
    });
    ClassifyTextOutput {
        answer: answer.value,
        evidence: evidence.collect(),
        engine: engine.to_owned(),
    }
}

fn model_error(error: TextModelError) -> OpError {
    match &error {
        TextModelError::Schema { .. } => bad_input(error),
        TextModelError::NeedsProvider { .. } => OpError::new(ErrorCode::NeedsProvider, error),
        TextModelError::Engine(_) => OpError::internal(error),
    }
}
