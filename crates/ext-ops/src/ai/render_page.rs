//! The operation `ai.render_page`.

use ext_registry::{Context, CoreQuery, OpError, register};
use ext_services::documents::PdfReader;
use ext_wire::ops::ai::{RenderPage, RenderPageInput, RenderPageOutput};

use super::{document_error, for_caller, media::is_pdf, ocr::DPI};
use crate::{BuiltIn, bad_input::bad_input, provider::provider};

impl CoreQuery<RenderPage> for BuiltIn {
    async fn execute(
        input: RenderPageInput,
        context: Context<'_>,
    ) -> Result<RenderPageOutput, OpError> {
        let RenderPageInput { data, page } = input;
        if !is_pdf(data.as_bytes()) {
            return Err(bad_input("`data` is not a PDF"));
        }
        let reader = &**provider::<dyn PdfReader>(context, "reader of PDF documents")?;
        let draw = || reader.render_png(data.as_bytes(), page, DPI).map_err(document_error);
        Ok(RenderPageOutput { picture: for_caller(context, draw)?.into() })
    }
}
register!(CoreQuery<RenderPage> for BuiltIn);
