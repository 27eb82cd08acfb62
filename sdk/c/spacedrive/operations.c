// Made by `cargo xtask bindgen` of the operations of the host. Do not edit.
#include "spacedrive.h"

const char *sd_code_name(sd_code code) {
  switch (code) {
    case SD_OK: return "OK";
    case SD_E_ABI_RANGE: return "E_ABI_RANGE";
    case SD_E_ABI_UTF8: return "E_ABI_UTF8";
    case SD_E_ABI_TOO_LARGE: return "E_ABI_TOO_LARGE";
    case SD_E_ABI_ALLOC: return "E_ABI_ALLOC";
    case SD_E_ABI_EXPORT: return "E_ABI_EXPORT";
    case SD_E_ABI_REENTRANT: return "E_ABI_REENTRANT";
    case SD_E_MODULE_INVALID: return "E_MODULE_INVALID";
    case SD_E_MODULE_FEATURE: return "E_MODULE_FEATURE";
    case SD_E_MODULE_LIMIT: return "E_MODULE_LIMIT";
    case SD_E_IMPORT_UNKNOWN: return "E_IMPORT_UNKNOWN";
    case SD_E_ABI_VERSION: return "E_ABI_VERSION";
    case SD_E_TRAP: return "E_TRAP";
    case SD_E_CPU: return "E_CPU";
    case SD_E_DEADLINE: return "E_DEADLINE";
    case SD_E_STACK: return "E_STACK";
    case SD_E_MEMORY: return "E_MEMORY";
    case SD_E_INIT: return "E_INIT";
    case SD_E_STOPPED: return "E_STOPPED";
    case SD_E_RELOAD: return "E_RELOAD";
    case SD_E_RATE: return "E_RATE";
    case SD_E_BUSY: return "E_BUSY";
    case SD_E_UNKNOWN_METHOD: return "E_UNKNOWN_METHOD";
    case SD_E_DENIED_METHOD: return "E_DENIED_METHOD";
    case SD_E_DENIED_LIBRARY: return "E_DENIED_LIBRARY";
    case SD_E_DENIED_ARG: return "E_DENIED_ARG";
    case SD_E_DENIED_NET: return "E_DENIED_NET";
    case SD_E_BAD_JSON: return "E_BAD_JSON";
    case SD_E_BAD_INPUT: return "E_BAD_INPUT";
    case SD_E_NOT_FOUND: return "E_NOT_FOUND";
    case SD_E_CONFLICT: return "E_CONFLICT";
    case SD_E_MANIFEST: return "E_MANIFEST";
    case SD_E_PATH: return "E_PATH";
    case SD_E_IO: return "E_IO";
    case SD_E_NOSPACE: return "E_NOSPACE";
    case SD_E_CORRUPT: return "E_CORRUPT";
    case SD_E_SCHEMA: return "E_SCHEMA";
    case SD_E_LIMIT: return "E_LIMIT";
    case SD_E_READ_ONLY: return "E_READ_ONLY";
    case SD_E_DOC_LIMIT: return "E_DOC_LIMIT";
    case SD_E_DOC_MALFORMED: return "E_DOC_MALFORMED";
    case SD_E_DOC_ENCRYPTED: return "E_DOC_ENCRYPTED";
    case SD_E_MODEL_MISSING: return "E_MODEL_MISSING";
    case SD_E_NEEDS_PROVIDER: return "E_NEEDS_PROVIDER";
    case SD_E_MODEL_ANSWER: return "E_MODEL_ANSWER";
    case SD_E_EXTENSION: return "E_EXTENSION";
    case SD_E_NET_SCHEME: return "E_NET_SCHEME";
    case SD_E_NET_ADDR: return "E_NET_ADDR";
    case SD_E_NET_DNS: return "E_NET_DNS";
    case SD_E_NET_REDIRECT: return "E_NET_REDIRECT";
    case SD_E_NET_SIZE: return "E_NET_SIZE";
    case SD_E_NET_TIMEOUT: return "E_NET_TIMEOUT";
    case SD_E_NET_TLS: return "E_NET_TLS";
    case SD_E_NET_HEADER: return "E_NET_HEADER";
    case SD_E_NET: return "E_NET";
    case SD_E_CRED_NOTFOUND: return "E_CRED_NOTFOUND";
    case SD_E_CRED_TAMPERED: return "E_CRED_TAMPERED";
    case SD_E_CRED_ROLLBACK: return "E_CRED_ROLLBACK";
    case SD_E_CRED_REAUTH: return "E_CRED_REAUTH";
    case SD_E_PKG_HASH: return "E_PKG_HASH";
    case SD_E_PKG_DOWNGRADE: return "E_PKG_DOWNGRADE";
    case SD_E_PKG_FORMAT: return "E_PKG_FORMAT";
    case SD_E_PKG_SIGNATURE: return "E_PKG_SIGNATURE";
    case SD_E_PKG_STALE: return "E_PKG_STALE";
    case SD_E_PKG_YANKED: return "E_PKG_YANKED";
    case SD_E_INTERNAL: return "E_INTERNAL";
  }
  return 0;
}

static const sd_field sd_classify_text_input_fields[] = {
    {"text", SD_KIND_TEXT, false, offsetof(sd_classify_text_input, text), 0, 0},
    {"prompt", SD_KIND_TEXT, false, offsetof(sd_classify_text_input, prompt), 0, 0},
    {"schema", SD_KIND_JSON, true, offsetof(sd_classify_text_input, schema), 0, 0},
};
const sd_type sd_classify_text_input_type = {sizeof(sd_classify_text_input), 3, sd_classify_text_input_fields};

static const sd_field sd_classify_text_output_fields[] = {
    {"answer", SD_KIND_JSON, false, offsetof(sd_classify_text_output, answer), 0, 0},
    {"evidence", SD_KIND_JSON, false, offsetof(sd_classify_text_output, evidence), 0, 0},
    {"engine", SD_KIND_TEXT, false, offsetof(sd_classify_text_output, engine), 0, 0},
};
const sd_type sd_classify_text_output_type = {sizeof(sd_classify_text_output), 3, sd_classify_text_output_fields};

static const sd_field sd_embed_input_texts_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_embed_input_fields[] = {
    {"texts", SD_KIND_LIST, false, offsetof(sd_embed_input, texts), 0, &sd_embed_input_texts_item},
};
const sd_type sd_embed_input_type = {sizeof(sd_embed_input), 1, sd_embed_input_fields};

static const sd_field sd_embed_output_vectors_item_item = {0, SD_KIND_NUMBER, false, 0, 0, 0};
static const sd_field sd_embed_output_vectors_item = {0, SD_KIND_LIST, false, 0, 0, &sd_embed_output_vectors_item_item};
static const sd_field sd_embed_output_fields[] = {
    {"vectors", SD_KIND_LIST, false, offsetof(sd_embed_output, vectors), 0, &sd_embed_output_vectors_item},
    {"dimension", SD_KIND_INT, false, offsetof(sd_embed_output, dimension), 0, 0},
    {"engine", SD_KIND_TEXT, false, offsetof(sd_embed_output, engine), 0, 0},
};
const sd_type sd_embed_output_type = {sizeof(sd_embed_output), 3, sd_embed_output_fields};

static const sd_field sd_extract_text_input_pages_item = {0, SD_KIND_INT, false, 0, 0, 0};
static const sd_field sd_extract_text_input_fields[] = {
    {"data", SD_KIND_BYTES, false, offsetof(sd_extract_text_input, data), 0, 0},
    {"media_type", SD_KIND_TEXT, true, offsetof(sd_extract_text_input, media_type), 0, 0},
    {"pages", SD_KIND_LIST, true, offsetof(sd_extract_text_input, pages), 0, &sd_extract_text_input_pages_item},
    {"passwords", SD_KIND_TEXT, true, offsetof(sd_extract_text_input, passwords), 0, 0},
};
const sd_type sd_extract_text_input_type = {sizeof(sd_extract_text_input), 4, sd_extract_text_input_fields};

static const sd_field sd_embedded_file_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_embedded_file, name), 0, 0},
    {"data", SD_KIND_BYTES, false, offsetof(sd_embedded_file, data), 0, 0},
};
const sd_type sd_embedded_file_type = {sizeof(sd_embedded_file), 2, sd_embedded_file_fields};

static const sd_field sd_invoice_party_fields[] = {
    {"name", SD_KIND_TEXT, true, offsetof(sd_invoice_party, name), 0, 0},
    {"tax_id", SD_KIND_TEXT, true, offsetof(sd_invoice_party, tax_id), 0, 0},
    {"country", SD_KIND_TEXT, true, offsetof(sd_invoice_party, country), 0, 0},
};
const sd_type sd_invoice_party_type = {sizeof(sd_invoice_party), 3, sd_invoice_party_fields};

static const sd_field sd_invoice_line_fields[] = {
    {"name", SD_KIND_TEXT, true, offsetof(sd_invoice_line, name), 0, 0},
    {"quantity", SD_KIND_NUMBER, true, offsetof(sd_invoice_line, quantity), 0, 0},
    {"unit", SD_KIND_TEXT, true, offsetof(sd_invoice_line, unit), 0, 0},
    {"unit_price", SD_KIND_NUMBER, true, offsetof(sd_invoice_line, unit_price), 0, 0},
    {"total", SD_KIND_NUMBER, true, offsetof(sd_invoice_line, total), 0, 0},
    {"tax_rate", SD_KIND_NUMBER, true, offsetof(sd_invoice_line, tax_rate), 0, 0},
};
const sd_type sd_invoice_line_type = {sizeof(sd_invoice_line), 6, sd_invoice_line_fields};

static const sd_field sd_invoice_lines_item = {0, SD_KIND_OBJECT, false, 0, &sd_invoice_line_type, 0};
static const sd_field sd_invoice_fields[] = {
    {"syntax", SD_KIND_TEXT, false, offsetof(sd_invoice, syntax), 0, 0},
    {"profile", SD_KIND_TEXT, true, offsetof(sd_invoice, profile), 0, 0},
    {"type_code", SD_KIND_TEXT, true, offsetof(sd_invoice, type_code), 0, 0},
    {"credit_note", SD_KIND_BOOL, false, offsetof(sd_invoice, credit_note), 0, 0},
    {"number", SD_KIND_TEXT, true, offsetof(sd_invoice, number), 0, 0},
    {"date", SD_KIND_TEXT, true, offsetof(sd_invoice, date), 0, 0},
    {"due_date", SD_KIND_TEXT, true, offsetof(sd_invoice, due_date), 0, 0},
    {"seller", SD_KIND_OBJECT, true, offsetof(sd_invoice, seller), &sd_invoice_party_type, 0},
    {"buyer", SD_KIND_OBJECT, true, offsetof(sd_invoice, buyer), &sd_invoice_party_type, 0},
    {"currency", SD_KIND_TEXT, true, offsetof(sd_invoice, currency), 0, 0},
    {"net", SD_KIND_NUMBER, true, offsetof(sd_invoice, net), 0, 0},
    {"tax", SD_KIND_NUMBER, true, offsetof(sd_invoice, tax), 0, 0},
    {"total", SD_KIND_NUMBER, true, offsetof(sd_invoice, total), 0, 0},
    {"prepaid", SD_KIND_NUMBER, true, offsetof(sd_invoice, prepaid), 0, 0},
    {"due", SD_KIND_NUMBER, true, offsetof(sd_invoice, due), 0, 0},
    {"payment_code", SD_KIND_TEXT, true, offsetof(sd_invoice, payment_code), 0, 0},
    {"lines", SD_KIND_LIST, true, offsetof(sd_invoice, lines), 0, &sd_invoice_lines_item},
};
const sd_type sd_invoice_type = {sizeof(sd_invoice), 17, sd_invoice_fields};

static const sd_field sd_extract_text_output_pages_without_text_item = {0, SD_KIND_INT, false, 0, 0, 0};
static const sd_field sd_extract_text_output_pages_in_doubt_item = {0, SD_KIND_INT, false, 0, 0, 0};
static const sd_field sd_extract_text_output_embedded_item = {0, SD_KIND_OBJECT, false, 0, &sd_embedded_file_type, 0};
static const sd_field sd_extract_text_output_fields[] = {
    {"text", SD_KIND_TEXT, false, offsetof(sd_extract_text_output, text), 0, 0},
    {"media_type", SD_KIND_TEXT, false, offsetof(sd_extract_text_output, media_type), 0, 0},
    {"pages", SD_KIND_INT, false, offsetof(sd_extract_text_output, pages), 0, 0},
    {"pages_without_text", SD_KIND_LIST, false, offsetof(sd_extract_text_output, pages_without_text), 0, &sd_extract_text_output_pages_without_text_item},
    {"pages_in_doubt", SD_KIND_LIST, true, offsetof(sd_extract_text_output, pages_in_doubt), 0, &sd_extract_text_output_pages_in_doubt_item},
    {"embedded", SD_KIND_LIST, true, offsetof(sd_extract_text_output, embedded), 0, &sd_extract_text_output_embedded_item},
    {"invoice", SD_KIND_OBJECT, true, offsetof(sd_extract_text_output, invoice), &sd_invoice_type, 0},
};
const sd_type sd_extract_text_output_type = {sizeof(sd_extract_text_output), 7, sd_extract_text_output_fields};

static const sd_field sd_ocr_input_pages_item = {0, SD_KIND_INT, false, 0, 0, 0};
static const sd_field sd_ocr_input_preprocessing_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_ocr_input_fields[] = {
    {"data", SD_KIND_BYTES, false, offsetof(sd_ocr_input, data), 0, 0},
    {"pages", SD_KIND_LIST, true, offsetof(sd_ocr_input, pages), 0, &sd_ocr_input_pages_item},
    {"lines", SD_KIND_BOOL, true, offsetof(sd_ocr_input, lines), 0, 0},
    {"language", SD_KIND_TEXT, true, offsetof(sd_ocr_input, language), 0, 0},
    {"engine", SD_KIND_TEXT, true, offsetof(sd_ocr_input, engine), 0, 0},
    {"preprocessing", SD_KIND_LIST, true, offsetof(sd_ocr_input, preprocessing), 0, &sd_ocr_input_preprocessing_item},
    {"passwords", SD_KIND_TEXT, true, offsetof(sd_ocr_input, passwords), 0, 0},
    {"format", SD_KIND_TEXT, true, offsetof(sd_ocr_input, format), 0, 0},
};
const sd_type sd_ocr_input_type = {sizeof(sd_ocr_input), 8, sd_ocr_input_fields};

static const sd_field sd_ocr_word_area_item = {0, SD_KIND_NUMBER, false, 0, 0, 0};
static const sd_field sd_ocr_word_fields[] = {
    {"text", SD_KIND_TEXT, false, offsetof(sd_ocr_word, text), 0, 0},
    {"confidence", SD_KIND_NUMBER, false, offsetof(sd_ocr_word, confidence), 0, 0},
    {"area", SD_KIND_LIST, false, offsetof(sd_ocr_word, area), 0, &sd_ocr_word_area_item},
};
const sd_type sd_ocr_word_type = {sizeof(sd_ocr_word), 3, sd_ocr_word_fields};

static const sd_field sd_ocr_line_area_item = {0, SD_KIND_NUMBER, false, 0, 0, 0};
static const sd_field sd_ocr_line_words_item = {0, SD_KIND_OBJECT, false, 0, &sd_ocr_word_type, 0};
static const sd_field sd_ocr_line_fields[] = {
    {"text", SD_KIND_TEXT, false, offsetof(sd_ocr_line, text), 0, 0},
    {"confidence", SD_KIND_NUMBER, false, offsetof(sd_ocr_line, confidence), 0, 0},
    {"area", SD_KIND_LIST, false, offsetof(sd_ocr_line, area), 0, &sd_ocr_line_area_item},
    {"words", SD_KIND_LIST, true, offsetof(sd_ocr_line, words), 0, &sd_ocr_line_words_item},
};
const sd_type sd_ocr_line_type = {sizeof(sd_ocr_line), 4, sd_ocr_line_fields};

static const sd_field sd_ocr_page_lines_item = {0, SD_KIND_OBJECT, false, 0, &sd_ocr_line_type, 0};
static const sd_field sd_ocr_page_fields[] = {
    {"page", SD_KIND_INT, false, offsetof(sd_ocr_page, page), 0, 0},
    {"width", SD_KIND_INT, false, offsetof(sd_ocr_page, width), 0, 0},
    {"height", SD_KIND_INT, false, offsetof(sd_ocr_page, height), 0, 0},
    {"rotation", SD_KIND_INT, false, offsetof(sd_ocr_page, rotation), 0, 0},
    {"skew", SD_KIND_NUMBER, true, offsetof(sd_ocr_page, skew), 0, 0},
    {"lines", SD_KIND_LIST, true, offsetof(sd_ocr_page, lines), 0, &sd_ocr_page_lines_item},
};
const sd_type sd_ocr_page_type = {sizeof(sd_ocr_page), 6, sd_ocr_page_fields};

static const sd_field sd_ocr_output_pages_item = {0, SD_KIND_OBJECT, false, 0, &sd_ocr_page_type, 0};
static const sd_field sd_ocr_output_flags_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_ocr_output_fields[] = {
    {"text", SD_KIND_TEXT, false, offsetof(sd_ocr_output, text), 0, 0},
    {"confidence", SD_KIND_NUMBER, false, offsetof(sd_ocr_output, confidence), 0, 0},
    {"pages", SD_KIND_LIST, false, offsetof(sd_ocr_output, pages), 0, &sd_ocr_output_pages_item},
    {"engine", SD_KIND_TEXT, false, offsetof(sd_ocr_output, engine), 0, 0},
    {"formatted", SD_KIND_TEXT, true, offsetof(sd_ocr_output, formatted), 0, 0},
    {"flags", SD_KIND_LIST, true, offsetof(sd_ocr_output, flags), 0, &sd_ocr_output_flags_item},
};
const sd_type sd_ocr_output_type = {sizeof(sd_ocr_output), 6, sd_ocr_output_fields};

static const sd_field sd_request_quota_fields[] = {
    {"per_minute", SD_KIND_INT, false, offsetof(sd_request_quota, per_minute), 0, 0},
    {"burst", SD_KIND_INT, false, offsetof(sd_request_quota, burst), 0, 0},
    {"left", SD_KIND_INT, false, offsetof(sd_request_quota, left), 0, 0},
};
const sd_type sd_request_quota_type = {sizeof(sd_request_quota), 3, sd_request_quota_fields};

static const sd_field sd_job_quota_fields[] = {
    {"limit", SD_KIND_INT, false, offsetof(sd_job_quota, limit), 0, 0},
    {"running", SD_KIND_INT, false, offsetof(sd_job_quota, running), 0, 0},
};
const sd_type sd_job_quota_type = {sizeof(sd_job_quota), 2, sd_job_quota_fields};

static const sd_field sd_budget_quota_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_budget_quota, name), 0, 0},
    {"limit", SD_KIND_INT, false, offsetof(sd_budget_quota, limit), 0, 0},
    {"left", SD_KIND_INT, false, offsetof(sd_budget_quota, left), 0, 0},
};
const sd_type sd_budget_quota_type = {sizeof(sd_budget_quota), 3, sd_budget_quota_fields};

static const sd_field sd_quota_output_budgets_item = {0, SD_KIND_OBJECT, false, 0, &sd_budget_quota_type, 0};
static const sd_field sd_quota_output_fields[] = {
    {"requests", SD_KIND_OBJECT, true, offsetof(sd_quota_output, requests), &sd_request_quota_type, 0},
    {"jobs", SD_KIND_OBJECT, true, offsetof(sd_quota_output, jobs), &sd_job_quota_type, 0},
    {"budgets", SD_KIND_LIST, false, offsetof(sd_quota_output, budgets), 0, &sd_quota_output_budgets_item},
    {"resets_in_ms", SD_KIND_INT, false, offsetof(sd_quota_output, resets_in_ms), 0, 0},
};
const sd_type sd_quota_output_type = {sizeof(sd_quota_output), 4, sd_quota_output_fields};

static const sd_field sd_status_output_fields[] = {
    {"version", SD_KIND_TEXT, false, offsetof(sd_status_output, version), 0, 0},
    {"abi_version", SD_KIND_INT, false, offsetof(sd_status_output, abi_version), 0, 0},
    {"methods", SD_KIND_INT, false, offsetof(sd_status_output, methods), 0, 0},
};
const sd_type sd_status_output_type = {sizeof(sd_status_output), 3, sd_status_output_fields};

static const sd_field sd_credential_ref_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_credential_ref, name), 0, 0},
};
const sd_type sd_credential_ref_type = {sizeof(sd_credential_ref), 1, sd_credential_ref_fields};

static const sd_field sd_delete_credential_output_fields[] = {
    {"deleted", SD_KIND_BOOL, false, offsetof(sd_delete_credential_output, deleted), 0, 0},
};
const sd_type sd_delete_credential_output_type = {sizeof(sd_delete_credential_output), 1, sd_delete_credential_output_fields};

static const sd_field sd_credential_info_hosts_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_credential_info_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_credential_info, name), 0, 0},
    {"kind", SD_KIND_TEXT, false, offsetof(sd_credential_info, kind), 0, 0},
    {"hosts", SD_KIND_LIST, false, offsetof(sd_credential_info, hosts), 0, &sd_credential_info_hosts_item},
    {"version", SD_KIND_INT, false, offsetof(sd_credential_info, version), 0, 0},
    {"expires_at", SD_KIND_INT, true, offsetof(sd_credential_info, expires_at), 0, 0},
    {"needs_login", SD_KIND_BOOL, false, offsetof(sd_credential_info, needs_login), 0, 0},
};
const sd_type sd_credential_info_type = {sizeof(sd_credential_info), 6, sd_credential_info_fields};

static const sd_field sd_list_credentials_output_credentials_item = {0, SD_KIND_OBJECT, false, 0, &sd_credential_info_type, 0};
static const sd_field sd_list_credentials_output_fields[] = {
    {"credentials", SD_KIND_LIST, false, offsetof(sd_list_credentials_output, credentials), 0, &sd_list_credentials_output_credentials_item},
};
const sd_type sd_list_credentials_output_type = {sizeof(sd_list_credentials_output), 1, sd_list_credentials_output_fields};

static const sd_field sd_store_input_hosts_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_store_input_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_store_input, name), 0, 0},
    {"hosts", SD_KIND_LIST, true, offsetof(sd_store_input, hosts), 0, &sd_store_input_hosts_item},
    {"secret", SD_KIND_JSON, false, offsetof(sd_store_input, secret), 0, 0},
};
const sd_type sd_store_input_type = {sizeof(sd_store_input), 3, sd_store_input_fields};

static const sd_field sd_store_output_fields[] = {
    {"version", SD_KIND_INT, false, offsetof(sd_store_output, version), 0, 0},
};
const sd_type sd_store_output_type = {sizeof(sd_store_output), 1, sd_store_output_fields};

static const sd_field sd_publish_input_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_publish_input, name), 0, 0},
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_publish_input, entry_id), 0, 0},
    {"data", SD_KIND_JSON, true, offsetof(sd_publish_input, data), 0, 0},
};
const sd_type sd_publish_input_type = {sizeof(sd_publish_input), 3, sd_publish_input_fields};

static const sd_field sd_publish_output_fields[] = {
    {"event_id", SD_KIND_INT, false, offsetof(sd_publish_output, event_id), 0, 0},
    {"kind", SD_KIND_TEXT, false, offsetof(sd_publish_output, kind), 0, 0},
};
const sd_type sd_publish_output_type = {sizeof(sd_publish_output), 2, sd_publish_output_fields};

static const sd_field sd_subscribe_input_fields[] = {
    {"kind", SD_KIND_TEXT, false, offsetof(sd_subscribe_input, kind), 0, 0},
};
const sd_type sd_subscribe_input_type = {sizeof(sd_subscribe_input), 1, sd_subscribe_input_fields};

static const sd_field sd_subscribe_output_fields[] = {
    {"changed", SD_KIND_BOOL, false, offsetof(sd_subscribe_output, changed), 0, 0},
};
const sd_type sd_subscribe_output_type = {sizeof(sd_subscribe_output), 1, sd_subscribe_output_fields};

static const sd_field sd_subscriptions_output_kinds_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_subscriptions_output_fields[] = {
    {"kinds", SD_KIND_LIST, false, offsetof(sd_subscriptions_output, kinds), 0, &sd_subscriptions_output_kinds_item},
};
const sd_type sd_subscriptions_output_type = {sizeof(sd_subscriptions_output), 1, sd_subscriptions_output_fields};

static const sd_field sd_http_header_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_http_header, name), 0, 0},
    {"value", SD_KIND_TEXT, false, offsetof(sd_http_header, value), 0, 0},
};
const sd_type sd_http_header_type = {sizeof(sd_http_header), 2, sd_http_header_fields};

static const sd_field sd_request_input_headers_item = {0, SD_KIND_OBJECT, false, 0, &sd_http_header_type, 0};
static const sd_field sd_request_input_fields[] = {
    {"method", SD_KIND_TEXT, true, offsetof(sd_request_input, method), 0, 0},
    {"url", SD_KIND_TEXT, false, offsetof(sd_request_input, url), 0, 0},
    {"headers", SD_KIND_LIST, true, offsetof(sd_request_input, headers), 0, &sd_request_input_headers_item},
    {"body", SD_KIND_BYTES, true, offsetof(sd_request_input, body), 0, 0},
    {"auth", SD_KIND_TEXT, true, offsetof(sd_request_input, auth), 0, 0},
    {"timeout_ms", SD_KIND_INT, true, offsetof(sd_request_input, timeout_ms), 0, 0},
    {"max_body_bytes", SD_KIND_INT, true, offsetof(sd_request_input, max_body_bytes), 0, 0},
    {"redirects", SD_KIND_INT, true, offsetof(sd_request_input, redirects), 0, 0},
};
const sd_type sd_request_input_type = {sizeof(sd_request_input), 8, sd_request_input_fields};

static const sd_field sd_response_header_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_response_header, name), 0, 0},
    {"value", SD_KIND_TEXT, false, offsetof(sd_response_header, value), 0, 0},
};
const sd_type sd_response_header_type = {sizeof(sd_response_header), 2, sd_response_header_fields};

static const sd_field sd_request_output_headers_item = {0, SD_KIND_OBJECT, false, 0, &sd_response_header_type, 0};
static const sd_field sd_request_output_fields[] = {
    {"status", SD_KIND_INT, false, offsetof(sd_request_output, status), 0, 0},
    {"headers", SD_KIND_LIST, false, offsetof(sd_request_output, headers), 0, &sd_request_output_headers_item},
    {"body", SD_KIND_BYTES, false, offsetof(sd_request_output, body), 0, 0},
    {"url", SD_KIND_TEXT, false, offsetof(sd_request_output, url), 0, 0},
};
const sd_type sd_request_output_type = {sizeof(sd_request_output), 4, sd_request_output_fields};

static const sd_field sd_job_ref_fields[] = {
    {"job_id", SD_KIND_TEXT, false, offsetof(sd_job_ref, job_id), 0, 0},
};
const sd_type sd_job_ref_type = {sizeof(sd_job_ref), 1, sd_job_ref_fields};

static const sd_field sd_cancel_output_fields[] = {
    {"cancelled", SD_KIND_BOOL, false, offsetof(sd_cancel_output, cancelled), 0, 0},
};
const sd_type sd_cancel_output_type = {sizeof(sd_cancel_output), 1, sd_cancel_output_fields};

static const sd_field sd_progress_report_fields[] = {
    {"done", SD_KIND_INT, false, offsetof(sd_progress_report, done), 0, 0},
    {"total", SD_KIND_INT, true, offsetof(sd_progress_report, total), 0, 0},
    {"message", SD_KIND_TEXT, true, offsetof(sd_progress_report, message), 0, 0},
};
const sd_type sd_progress_report_type = {sizeof(sd_progress_report), 3, sd_progress_report_fields};

static const sd_field sd_checkpoint_input_fields[] = {
    {"job_id", SD_KIND_TEXT, false, offsetof(sd_checkpoint_input, job_id), 0, 0},
    {"checkpoint", SD_KIND_JSON, true, offsetof(sd_checkpoint_input, checkpoint), 0, 0},
    {"progress", SD_KIND_OBJECT, true, offsetof(sd_checkpoint_input, progress), &sd_progress_report_type, 0},
};
const sd_type sd_checkpoint_input_type = {sizeof(sd_checkpoint_input), 3, sd_checkpoint_input_fields};

static const sd_field sd_checkpoint_output_fields[] = {
    {"cancelled", SD_KIND_BOOL, false, offsetof(sd_checkpoint_output, cancelled), 0, 0},
};
const sd_type sd_checkpoint_output_type = {sizeof(sd_checkpoint_output), 1, sd_checkpoint_output_fields};

static const sd_field sd_dispatch_input_fields[] = {
    {"method", SD_KIND_TEXT, false, offsetof(sd_dispatch_input, method), 0, 0},
    {"input", SD_KIND_JSON, true, offsetof(sd_dispatch_input, input), 0, 0},
    {"key", SD_KIND_TEXT, true, offsetof(sd_dispatch_input, key), 0, 0},
    {"delay_ms", SD_KIND_INT, true, offsetof(sd_dispatch_input, delay_ms), 0, 0},
    {"priority", SD_KIND_TEXT, true, offsetof(sd_dispatch_input, priority), 0, 0},
};
const sd_type sd_dispatch_input_type = {sizeof(sd_dispatch_input), 5, sd_dispatch_input_fields};

static const sd_field sd_dispatch_output_fields[] = {
    {"job_id", SD_KIND_TEXT, false, offsetof(sd_dispatch_output, job_id), 0, 0},
    {"created", SD_KIND_BOOL, false, offsetof(sd_dispatch_output, created), 0, 0},
};
const sd_type sd_dispatch_output_type = {sizeof(sd_dispatch_output), 2, sd_dispatch_output_fields};

static const sd_field sd_list_jobs_input_fields[] = {
    {"state", SD_KIND_TEXT, true, offsetof(sd_list_jobs_input, state), 0, 0},
    {"limit", SD_KIND_INT, true, offsetof(sd_list_jobs_input, limit), 0, 0},
};
const sd_type sd_list_jobs_input_type = {sizeof(sd_list_jobs_input), 2, sd_list_jobs_input_fields};

static const sd_field sd_job_progress_fields[] = {
    {"done", SD_KIND_INT, false, offsetof(sd_job_progress, done), 0, 0},
    {"total", SD_KIND_INT, true, offsetof(sd_job_progress, total), 0, 0},
    {"message", SD_KIND_TEXT, true, offsetof(sd_job_progress, message), 0, 0},
};
const sd_type sd_job_progress_type = {sizeof(sd_job_progress), 3, sd_job_progress_fields};

static const sd_field sd_job_failure_fields[] = {
    {"code", SD_KIND_TEXT, false, offsetof(sd_job_failure, code), 0, 0},
    {"error", SD_KIND_TEXT, false, offsetof(sd_job_failure, error), 0, 0},
};
const sd_type sd_job_failure_type = {sizeof(sd_job_failure), 2, sd_job_failure_fields};

static const sd_field sd_job_fields[] = {
    {"id", SD_KIND_TEXT, false, offsetof(sd_job, id), 0, 0},
    {"extension", SD_KIND_TEXT, false, offsetof(sd_job, extension), 0, 0},
    {"method", SD_KIND_TEXT, false, offsetof(sd_job, method), 0, 0},
    {"key", SD_KIND_TEXT, true, offsetof(sd_job, key), 0, 0},
    {"state", SD_KIND_TEXT, false, offsetof(sd_job, state), 0, 0},
    {"progress", SD_KIND_OBJECT, true, offsetof(sd_job, progress), &sd_job_progress_type, 0},
    {"attempts", SD_KIND_INT, false, offsetof(sd_job, attempts), 0, 0},
    {"output", SD_KIND_JSON, true, offsetof(sd_job, output), 0, 0},
    {"error", SD_KIND_OBJECT, true, offsetof(sd_job, error), &sd_job_failure_type, 0},
    {"run_at", SD_KIND_TEXT, false, offsetof(sd_job, run_at), 0, 0},
    {"created_at", SD_KIND_TEXT, false, offsetof(sd_job, created_at), 0, 0},
    {"updated_at", SD_KIND_TEXT, false, offsetof(sd_job, updated_at), 0, 0},
};
const sd_type sd_job_type = {sizeof(sd_job), 12, sd_job_fields};

static const sd_field sd_list_jobs_output_jobs_item = {0, SD_KIND_OBJECT, false, 0, &sd_job_type, 0};
static const sd_field sd_list_jobs_output_fields[] = {
    {"jobs", SD_KIND_LIST, false, offsetof(sd_list_jobs_output, jobs), 0, &sd_list_jobs_output_jobs_item},
};
const sd_type sd_list_jobs_output_type = {sizeof(sd_list_jobs_output), 1, sd_list_jobs_output_fields};

static const sd_field sd_mailbox_fields[] = {
    {"server", SD_KIND_TEXT, false, offsetof(sd_mailbox, server), 0, 0},
    {"auth", SD_KIND_TEXT, false, offsetof(sd_mailbox, auth), 0, 0},
    {"user", SD_KIND_TEXT, true, offsetof(sd_mailbox, user), 0, 0},
};
const sd_type sd_mailbox_type = {sizeof(sd_mailbox), 3, sd_mailbox_fields};

static const sd_field sd_fetch_message_input_fields[] = {
    {"mailbox", SD_KIND_OBJECT, false, offsetof(sd_fetch_message_input, mailbox), &sd_mailbox_type, 0},
    {"folder", SD_KIND_TEXT, true, offsetof(sd_fetch_message_input, folder), 0, 0},
    {"validity", SD_KIND_INT, false, offsetof(sd_fetch_message_input, validity), 0, 0},
    {"uid", SD_KIND_INT, false, offsetof(sd_fetch_message_input, uid), 0, 0},
    {"max_bytes", SD_KIND_INT, true, offsetof(sd_fetch_message_input, max_bytes), 0, 0},
};
const sd_type sd_fetch_message_input_type = {sizeof(sd_fetch_message_input), 5, sd_fetch_message_input_fields};

static const sd_field sd_fetch_message_output_fields[] = {
    {"data", SD_KIND_BYTES, false, offsetof(sd_fetch_message_output, data), 0, 0},
};
const sd_type sd_fetch_message_output_type = {sizeof(sd_fetch_message_output), 1, sd_fetch_message_output_fields};

static const sd_field sd_list_folders_input_fields[] = {
    {"mailbox", SD_KIND_OBJECT, false, offsetof(sd_list_folders_input, mailbox), &sd_mailbox_type, 0},
};
const sd_type sd_list_folders_input_type = {sizeof(sd_list_folders_input), 1, sd_list_folders_input_fields};

static const sd_field sd_folder_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_folder, name), 0, 0},
    {"delimiter", SD_KIND_TEXT, true, offsetof(sd_folder, delimiter), 0, 0},
};
const sd_type sd_folder_type = {sizeof(sd_folder), 2, sd_folder_fields};

static const sd_field sd_list_folders_output_folders_item = {0, SD_KIND_OBJECT, false, 0, &sd_folder_type, 0};
static const sd_field sd_list_folders_output_fields[] = {
    {"folders", SD_KIND_LIST, false, offsetof(sd_list_folders_output, folders), 0, &sd_list_folders_output_folders_item},
};
const sd_type sd_list_folders_output_type = {sizeof(sd_list_folders_output), 1, sd_list_folders_output_fields};

static const sd_field sd_list_messages_input_fields[] = {
    {"mailbox", SD_KIND_OBJECT, false, offsetof(sd_list_messages_input, mailbox), &sd_mailbox_type, 0},
    {"folder", SD_KIND_TEXT, true, offsetof(sd_list_messages_input, folder), 0, 0},
    {"after", SD_KIND_INT, true, offsetof(sd_list_messages_input, after), 0, 0},
    {"since", SD_KIND_TEXT, true, offsetof(sd_list_messages_input, since), 0, 0},
    {"limit", SD_KIND_INT, true, offsetof(sd_list_messages_input, limit), 0, 0},
};
const sd_type sd_list_messages_input_type = {sizeof(sd_list_messages_input), 5, sd_list_messages_input_fields};

static const sd_field sd_message_info_fields[] = {
    {"uid", SD_KIND_INT, false, offsetof(sd_message_info, uid), 0, 0},
    {"bytes", SD_KIND_INT, false, offsetof(sd_message_info, bytes), 0, 0},
    {"received_at", SD_KIND_TEXT, true, offsetof(sd_message_info, received_at), 0, 0},
};
const sd_type sd_message_info_type = {sizeof(sd_message_info), 3, sd_message_info_fields};

static const sd_field sd_list_messages_output_messages_item = {0, SD_KIND_OBJECT, false, 0, &sd_message_info_type, 0};
static const sd_field sd_list_messages_output_fields[] = {
    {"validity", SD_KIND_INT, false, offsetof(sd_list_messages_output, validity), 0, 0},
    {"total", SD_KIND_INT, false, offsetof(sd_list_messages_output, total), 0, 0},
    {"messages", SD_KIND_LIST, false, offsetof(sd_list_messages_output, messages), 0, &sd_list_messages_output_messages_item},
};
const sd_type sd_list_messages_output_type = {sizeof(sd_list_messages_output), 3, sd_list_messages_output_fields};

static const sd_field sd_codes_input_pages_item = {0, SD_KIND_INT, false, 0, 0, 0};
static const sd_field sd_codes_input_fields[] = {
    {"entry_id", SD_KIND_TEXT, true, offsetof(sd_codes_input, entry_id), 0, 0},
    {"data", SD_KIND_BYTES, true, offsetof(sd_codes_input, data), 0, 0},
    {"pages", SD_KIND_LIST, true, offsetof(sd_codes_input, pages), 0, &sd_codes_input_pages_item},
    {"passwords", SD_KIND_TEXT, true, offsetof(sd_codes_input, passwords), 0, 0},
};
const sd_type sd_codes_input_type = {sizeof(sd_codes_input), 4, sd_codes_input_fields};

static const sd_field sd_found_code_area_item = {0, SD_KIND_NUMBER, false, 0, 0, 0};
static const sd_field sd_found_code_fields[] = {
    {"page", SD_KIND_INT, false, offsetof(sd_found_code, page), 0, 0},
    {"format", SD_KIND_TEXT, false, offsetof(sd_found_code, format), 0, 0},
    {"text", SD_KIND_TEXT, false, offsetof(sd_found_code, text), 0, 0},
    {"area", SD_KIND_LIST, false, offsetof(sd_found_code, area), 0, &sd_found_code_area_item},
};
const sd_type sd_found_code_type = {sizeof(sd_found_code), 4, sd_found_code_fields};

static const sd_field sd_codes_output_codes_item = {0, SD_KIND_OBJECT, false, 0, &sd_found_code_type, 0};
static const sd_field sd_codes_output_fields[] = {
    {"codes", SD_KIND_LIST, false, offsetof(sd_codes_output, codes), 0, &sd_codes_output_codes_item},
};
const sd_type sd_codes_output_type = {sizeof(sd_codes_output), 1, sd_codes_output_fields};

static const sd_field sd_metadata_input_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_metadata_input, entry_id), 0, 0},
};
const sd_type sd_metadata_input_type = {sizeof(sd_metadata_input), 1, sd_metadata_input_fields};

static const sd_field sd_metadata_output_tags_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_metadata_output_notes_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_metadata_output_fields[] = {
    {"format", SD_KIND_TEXT, false, offsetof(sd_metadata_output, format), 0, 0},
    {"width", SD_KIND_INT, false, offsetof(sd_metadata_output, width), 0, 0},
    {"height", SD_KIND_INT, false, offsetof(sd_metadata_output, height), 0, 0},
    {"orientation", SD_KIND_INT, false, offsetof(sd_metadata_output, orientation), 0, 0},
    {"taken", SD_KIND_TEXT, true, offsetof(sd_metadata_output, taken), 0, 0},
    {"offset_minutes", SD_KIND_INT, true, offsetof(sd_metadata_output, offset_minutes), 0, 0},
    {"taken_at", SD_KIND_TEXT, true, offsetof(sd_metadata_output, taken_at), 0, 0},
    {"make", SD_KIND_TEXT, true, offsetof(sd_metadata_output, make), 0, 0},
    {"model", SD_KIND_TEXT, true, offsetof(sd_metadata_output, model), 0, 0},
    {"lens", SD_KIND_TEXT, true, offsetof(sd_metadata_output, lens), 0, 0},
    {"software", SD_KIND_TEXT, true, offsetof(sd_metadata_output, software), 0, 0},
    {"exposure_s", SD_KIND_NUMBER, true, offsetof(sd_metadata_output, exposure_s), 0, 0},
    {"aperture", SD_KIND_NUMBER, true, offsetof(sd_metadata_output, aperture), 0, 0},
    {"iso", SD_KIND_INT, true, offsetof(sd_metadata_output, iso), 0, 0},
    {"focal_length_mm", SD_KIND_NUMBER, true, offsetof(sd_metadata_output, focal_length_mm), 0, 0},
    {"latitude", SD_KIND_NUMBER, true, offsetof(sd_metadata_output, latitude), 0, 0},
    {"longitude", SD_KIND_NUMBER, true, offsetof(sd_metadata_output, longitude), 0, 0},
    {"altitude_m", SD_KIND_NUMBER, true, offsetof(sd_metadata_output, altitude_m), 0, 0},
    {"title", SD_KIND_TEXT, true, offsetof(sd_metadata_output, title), 0, 0},
    {"description", SD_KIND_TEXT, true, offsetof(sd_metadata_output, description), 0, 0},
    {"tags", SD_KIND_LIST, true, offsetof(sd_metadata_output, tags), 0, &sd_metadata_output_tags_item},
    {"rating", SD_KIND_INT, true, offsetof(sd_metadata_output, rating), 0, 0},
    {"live_photo_id", SD_KIND_TEXT, true, offsetof(sd_metadata_output, live_photo_id), 0, 0},
    {"burst_id", SD_KIND_TEXT, true, offsetof(sd_metadata_output, burst_id), 0, 0},
    {"notes", SD_KIND_LIST, true, offsetof(sd_metadata_output, notes), 0, &sd_metadata_output_notes_item},
};
const sd_type sd_metadata_output_type = {sizeof(sd_metadata_output), 25, sd_metadata_output_fields};

static const sd_field sd_thumbnail_input_sizes_item = {0, SD_KIND_INT, false, 0, 0, 0};
static const sd_field sd_thumbnail_input_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_thumbnail_input, entry_id), 0, 0},
    {"sizes", SD_KIND_LIST, true, offsetof(sd_thumbnail_input, sizes), 0, &sd_thumbnail_input_sizes_item},
    {"format", SD_KIND_TEXT, true, offsetof(sd_thumbnail_input, format), 0, 0},
    {"luma", SD_KIND_INT, true, offsetof(sd_thumbnail_input, luma), 0, 0},
};
const sd_type sd_thumbnail_input_type = {sizeof(sd_thumbnail_input), 4, sd_thumbnail_input_fields};

static const sd_field sd_small_picture_fields[] = {
    {"size", SD_KIND_INT, false, offsetof(sd_small_picture, size), 0, 0},
    {"width", SD_KIND_INT, false, offsetof(sd_small_picture, width), 0, 0},
    {"height", SD_KIND_INT, false, offsetof(sd_small_picture, height), 0, 0},
    {"media_type", SD_KIND_TEXT, false, offsetof(sd_small_picture, media_type), 0, 0},
    {"data", SD_KIND_BYTES, false, offsetof(sd_small_picture, data), 0, 0},
};
const sd_type sd_small_picture_type = {sizeof(sd_small_picture), 5, sd_small_picture_fields};

static const sd_field sd_thumbnail_output_thumbnails_item = {0, SD_KIND_OBJECT, false, 0, &sd_small_picture_type, 0};
static const sd_field sd_thumbnail_output_fields[] = {
    {"width", SD_KIND_INT, false, offsetof(sd_thumbnail_output, width), 0, 0},
    {"height", SD_KIND_INT, false, offsetof(sd_thumbnail_output, height), 0, 0},
    {"thumbnails", SD_KIND_LIST, false, offsetof(sd_thumbnail_output, thumbnails), 0, &sd_thumbnail_output_thumbnails_item},
    {"luma", SD_KIND_BYTES, true, offsetof(sd_thumbnail_output, luma), 0, 0},
};
const sd_type sd_thumbnail_output_type = {sizeof(sd_thumbnail_output), 4, sd_thumbnail_output_fields};

static const sd_field sd_filter_fields[] = {
    {"key", SD_KIND_TEXT, false, offsetof(sd_filter, key), 0, 0},
    {"op", SD_KIND_TEXT, false, offsetof(sd_filter, op), 0, 0},
    {"value", SD_KIND_JSON, false, offsetof(sd_filter, value), 0, 0},
};
const sd_type sd_filter_type = {sizeof(sd_filter), 3, sd_filter_fields};

static const sd_field sd_search_input_filters_item = {0, SD_KIND_OBJECT, false, 0, &sd_filter_type, 0};
static const sd_field sd_search_input_fields[] = {
    {"text", SD_KIND_TEXT, false, offsetof(sd_search_input, text), 0, 0},
    {"entry_type", SD_KIND_TEXT, true, offsetof(sd_search_input, entry_type), 0, 0},
    {"metadata", SD_KIND_JSON, true, offsetof(sd_search_input, metadata), 0, 0},
    {"filters", SD_KIND_LIST, true, offsetof(sd_search_input, filters), 0, &sd_search_input_filters_item},
    {"mode", SD_KIND_TEXT, true, offsetof(sd_search_input, mode), 0, 0},
    {"limit", SD_KIND_INT, true, offsetof(sd_search_input, limit), 0, 0},
    {"places", SD_KIND_BOOL, true, offsetof(sd_search_input, places), 0, 0},
};
const sd_type sd_search_input_type = {sizeof(sd_search_input), 7, sd_search_input_fields};

static const sd_field sd_entry_fields[] = {
    {"id", SD_KIND_TEXT, false, offsetof(sd_entry, id), 0, 0},
    {"name", SD_KIND_TEXT, false, offsetof(sd_entry, name), 0, 0},
    {"path", SD_KIND_TEXT, false, offsetof(sd_entry, path), 0, 0},
    {"entry_type", SD_KIND_TEXT, false, offsetof(sd_entry, entry_type), 0, 0},
    {"media_type", SD_KIND_TEXT, true, offsetof(sd_entry, media_type), 0, 0},
    {"size", SD_KIND_INT, true, offsetof(sd_entry, size), 0, 0},
    {"content_hash", SD_KIND_TEXT, true, offsetof(sd_entry, content_hash), 0, 0},
    {"created_by", SD_KIND_TEXT, true, offsetof(sd_entry, created_by), 0, 0},
    {"metadata", SD_KIND_JSON, false, offsetof(sd_entry, metadata), 0, 0},
    {"created_at", SD_KIND_TEXT, false, offsetof(sd_entry, created_at), 0, 0},
    {"updated_at", SD_KIND_TEXT, false, offsetof(sd_entry, updated_at), 0, 0},
};
const sd_type sd_entry_type = {sizeof(sd_entry), 11, sd_entry_fields};

static const sd_field sd_text_range_fields[] = {
    {"start", SD_KIND_INT, false, offsetof(sd_text_range, start), 0, 0},
    {"end", SD_KIND_INT, false, offsetof(sd_text_range, end), 0, 0},
};
const sd_type sd_text_range_type = {sizeof(sd_text_range), 2, sd_text_range_fields};

static const sd_field sd_search_hit_highlights_item = {0, SD_KIND_OBJECT, false, 0, &sd_text_range_type, 0};
static const sd_field sd_search_hit_fields[] = {
    {"entry", SD_KIND_OBJECT, false, offsetof(sd_search_hit, entry), &sd_entry_type, 0},
    {"snippet", SD_KIND_TEXT, false, offsetof(sd_search_hit, snippet), 0, 0},
    {"highlights", SD_KIND_LIST, true, offsetof(sd_search_hit, highlights), 0, &sd_search_hit_highlights_item},
    {"passage", SD_KIND_OBJECT, true, offsetof(sd_search_hit, passage), &sd_text_range_type, 0},
    {"score", SD_KIND_NUMBER, false, offsetof(sd_search_hit, score), 0, 0},
};
const sd_type sd_search_hit_type = {sizeof(sd_search_hit), 5, sd_search_hit_fields};

static const sd_field sd_search_output_hits_item = {0, SD_KIND_OBJECT, false, 0, &sd_search_hit_type, 0};
static const sd_field sd_search_output_fields[] = {
    {"hits", SD_KIND_LIST, false, offsetof(sd_search_output, hits), 0, &sd_search_output_hits_item},
    {"words_only", SD_KIND_TEXT, true, offsetof(sd_search_output, words_only), 0, 0},
    {"pending", SD_KIND_INT, true, offsetof(sd_search_output, pending), 0, 0},
    {"unread", SD_KIND_INT, true, offsetof(sd_search_output, unread), 0, 0},
};
const sd_type sd_search_output_type = {sizeof(sd_search_output), 4, sd_search_output_fields};

static const sd_field sd_make_vectors_input_fields[] = {
    {"path_prefix", SD_KIND_TEXT, true, offsetof(sd_make_vectors_input, path_prefix), 0, 0},
};
const sd_type sd_make_vectors_input_type = {sizeof(sd_make_vectors_input), 1, sd_make_vectors_input_fields};

static const sd_field sd_make_vectors_output_fields[] = {
    {"made", SD_KIND_INT, false, offsetof(sd_make_vectors_output, made), 0, 0},
    {"left", SD_KIND_INT, false, offsetof(sd_make_vectors_output, left), 0, 0},
};
const sd_type sd_make_vectors_output_type = {sizeof(sd_make_vectors_output), 2, sd_make_vectors_output_fields};

static const sd_field sd_read_again_input_fields[] = {
    {"path_prefix", SD_KIND_TEXT, true, offsetof(sd_read_again_input, path_prefix), 0, 0},
};
const sd_type sd_read_again_input_type = {sizeof(sd_read_again_input), 1, sd_read_again_input_fields};

static const sd_field sd_read_again_output_fields[] = {
    {"read", SD_KIND_INT, false, offsetof(sd_read_again_output, read), 0, 0},
    {"without_text", SD_KIND_INT, false, offsetof(sd_read_again_output, without_text), 0, 0},
    {"left", SD_KIND_INT, false, offsetof(sd_read_again_output, left), 0, 0},
};
const sd_type sd_read_again_output_type = {sizeof(sd_read_again_output), 3, sd_read_again_output_fields};

static const sd_field sd_rebuild_index_input_fields[] = {
    {"path_prefix", SD_KIND_TEXT, true, offsetof(sd_rebuild_index_input, path_prefix), 0, 0},
};
const sd_type sd_rebuild_index_input_type = {sizeof(sd_rebuild_index_input), 1, sd_rebuild_index_input_fields};

static const sd_field sd_rebuild_index_output_fields[] = {
    {"entries", SD_KIND_INT, false, offsetof(sd_rebuild_index_output, entries), 0, 0},
    {"unreadable", SD_KIND_INT, false, offsetof(sd_rebuild_index_output, unreadable), 0, 0},
};
const sd_type sd_rebuild_index_output_type = {sizeof(sd_rebuild_index_output), 2, sd_rebuild_index_output_fields};

static const sd_field sd_reveal_output_fields[] = {
    {"fields", SD_KIND_JSON, false, offsetof(sd_reveal_output, fields), 0, 0},
};
const sd_type sd_reveal_output_type = {sizeof(sd_reveal_output), 1, sd_reveal_output_fields};

static const sd_field sd_get_settings_output_fields[] = {
    {"values", SD_KIND_JSON, false, offsetof(sd_get_settings_output, values), 0, 0},
    {"secrets", SD_KIND_JSON, true, offsetof(sd_get_settings_output, secrets), 0, 0},
};
const sd_type sd_get_settings_output_type = {sizeof(sd_get_settings_output), 2, sd_get_settings_output_fields};

static const sd_field sd_check_contents_input_fields[] = {
    {"path_prefix", SD_KIND_TEXT, true, offsetof(sd_check_contents_input, path_prefix), 0, 0},
};
const sd_type sd_check_contents_input_type = {sizeof(sd_check_contents_input), 1, sd_check_contents_input_fields};

static const sd_field sd_check_contents_output_entries_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_check_contents_output_fields[] = {
    {"sound", SD_KIND_INT, false, offsetof(sd_check_contents_output, sound), 0, 0},
    {"damaged", SD_KIND_INT, false, offsetof(sd_check_contents_output, damaged), 0, 0},
    {"entries", SD_KIND_LIST, false, offsetof(sd_check_contents_output, entries), 0, &sd_check_contents_output_entries_item},
};
const sd_type sd_check_contents_output_type = {sizeof(sd_check_contents_output), 3, sd_check_contents_output_fields};

static const sd_field sd_new_entry_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_new_entry, name), 0, 0},
    {"path", SD_KIND_TEXT, false, offsetof(sd_new_entry, path), 0, 0},
    {"entry_type", SD_KIND_TEXT, false, offsetof(sd_new_entry, entry_type), 0, 0},
    {"metadata", SD_KIND_JSON, true, offsetof(sd_new_entry, metadata), 0, 0},
    {"content", SD_KIND_BYTES, true, offsetof(sd_new_entry, content), 0, 0},
    {"media_type", SD_KIND_TEXT, true, offsetof(sd_new_entry, media_type), 0, 0},
};
const sd_type sd_new_entry_type = {sizeof(sd_new_entry), 6, sd_new_entry_fields};

static const sd_field sd_create_entry_output_fields[] = {
    {"entry", SD_KIND_OBJECT, false, offsetof(sd_create_entry_output, entry), &sd_entry_type, 0},
    {"created", SD_KIND_BOOL, false, offsetof(sd_create_entry_output, created), 0, 0},
};
const sd_type sd_create_entry_output_type = {sizeof(sd_create_entry_output), 2, sd_create_entry_output_fields};

static const sd_field sd_entry_ref_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_entry_ref, entry_id), 0, 0},
};
const sd_type sd_entry_ref_type = {sizeof(sd_entry_ref), 1, sd_entry_ref_fields};

static const sd_field sd_delete_output_fields[] = {
    {"deleted", SD_KIND_BOOL, false, offsetof(sd_delete_output, deleted), 0, 0},
};
const sd_type sd_delete_output_type = {sizeof(sd_delete_output), 1, sd_delete_output_fields};

static const sd_field sd_sidecar_ref_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_sidecar_ref, entry_id), 0, 0},
    {"name", SD_KIND_TEXT, false, offsetof(sd_sidecar_ref, name), 0, 0},
};
const sd_type sd_sidecar_ref_type = {sizeof(sd_sidecar_ref), 2, sd_sidecar_ref_fields};

static const sd_field sd_sidecar_info_fields[] = {
    {"name", SD_KIND_TEXT, false, offsetof(sd_sidecar_info, name), 0, 0},
    {"size", SD_KIND_INT, false, offsetof(sd_sidecar_info, size), 0, 0},
    {"content_hash", SD_KIND_TEXT, false, offsetof(sd_sidecar_info, content_hash), 0, 0},
    {"written_by", SD_KIND_TEXT, true, offsetof(sd_sidecar_info, written_by), 0, 0},
    {"updated_at", SD_KIND_TEXT, false, offsetof(sd_sidecar_info, updated_at), 0, 0},
};
const sd_type sd_sidecar_info_type = {sizeof(sd_sidecar_info), 5, sd_sidecar_info_fields};

static const sd_field sd_entry_details_sidecars_item = {0, SD_KIND_OBJECT, false, 0, &sd_sidecar_info_type, 0};
static const sd_field sd_entry_details_fields[] = {
    {"entry", SD_KIND_OBJECT, false, offsetof(sd_entry_details, entry), &sd_entry_type, 0},
    {"sidecars", SD_KIND_LIST, false, offsetof(sd_entry_details, sidecars), 0, &sd_entry_details_sidecars_item},
    {"next_sidecar", SD_KIND_TEXT, true, offsetof(sd_entry_details, next_sidecar), 0, 0},
};
const sd_type sd_entry_details_type = {sizeof(sd_entry_details), 3, sd_entry_details_fields};

static const sd_field sd_list_changes_input_fields[] = {
    {"path_prefix", SD_KIND_TEXT, true, offsetof(sd_list_changes_input, path_prefix), 0, 0},
    {"after", SD_KIND_TEXT, true, offsetof(sd_list_changes_input, after), 0, 0},
    {"limit", SD_KIND_INT, true, offsetof(sd_list_changes_input, limit), 0, 0},
};
const sd_type sd_list_changes_input_type = {sizeof(sd_list_changes_input), 3, sd_list_changes_input_fields};

static const sd_field sd_list_changes_output_entries_item = {0, SD_KIND_OBJECT, false, 0, &sd_entry_type, 0};
static const sd_field sd_list_changes_output_removed_item = {0, SD_KIND_TEXT, false, 0, 0, 0};
static const sd_field sd_list_changes_output_fields[] = {
    {"entries", SD_KIND_LIST, false, offsetof(sd_list_changes_output, entries), 0, &sd_list_changes_output_entries_item},
    {"removed", SD_KIND_LIST, false, offsetof(sd_list_changes_output, removed), 0, &sd_list_changes_output_removed_item},
    {"next", SD_KIND_TEXT, false, offsetof(sd_list_changes_output, next), 0, 0},
    {"more", SD_KIND_BOOL, false, offsetof(sd_list_changes_output, more), 0, 0},
    {"anew", SD_KIND_BOOL, true, offsetof(sd_list_changes_output, anew), 0, 0},
};
const sd_type sd_list_changes_output_type = {sizeof(sd_list_changes_output), 5, sd_list_changes_output_fields};

static const sd_field sd_list_entries_input_fields[] = {
    {"entry_type", SD_KIND_TEXT, true, offsetof(sd_list_entries_input, entry_type), 0, 0},
    {"path_prefix", SD_KIND_TEXT, true, offsetof(sd_list_entries_input, path_prefix), 0, 0},
    {"metadata", SD_KIND_JSON, true, offsetof(sd_list_entries_input, metadata), 0, 0},
    {"after", SD_KIND_INT, true, offsetof(sd_list_entries_input, after), 0, 0},
    {"limit", SD_KIND_INT, true, offsetof(sd_list_entries_input, limit), 0, 0},
};
const sd_type sd_list_entries_input_type = {sizeof(sd_list_entries_input), 5, sd_list_entries_input_fields};

static const sd_field sd_list_entries_output_entries_item = {0, SD_KIND_OBJECT, false, 0, &sd_entry_type, 0};
static const sd_field sd_list_entries_output_fields[] = {
    {"entries", SD_KIND_LIST, false, offsetof(sd_list_entries_output, entries), 0, &sd_list_entries_output_entries_item},
    {"next", SD_KIND_INT, true, offsetof(sd_list_entries_output, next), 0, 0},
};
const sd_type sd_list_entries_output_type = {sizeof(sd_list_entries_output), 2, sd_list_entries_output_fields};

static const sd_field sd_list_sidecars_input_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_list_sidecars_input, entry_id), 0, 0},
    {"after", SD_KIND_TEXT, true, offsetof(sd_list_sidecars_input, after), 0, 0},
};
const sd_type sd_list_sidecars_input_type = {sizeof(sd_list_sidecars_input), 2, sd_list_sidecars_input_fields};

static const sd_field sd_list_sidecars_output_sidecars_item = {0, SD_KIND_OBJECT, false, 0, &sd_sidecar_info_type, 0};
static const sd_field sd_list_sidecars_output_fields[] = {
    {"sidecars", SD_KIND_LIST, false, offsetof(sd_list_sidecars_output, sidecars), 0, &sd_list_sidecars_output_sidecars_item},
    {"next", SD_KIND_TEXT, true, offsetof(sd_list_sidecars_output, next), 0, 0},
};
const sd_type sd_list_sidecars_output_type = {sizeof(sd_list_sidecars_output), 2, sd_list_sidecars_output_fields};

static const sd_field sd_entry_version_fields[] = {
    {"version", SD_KIND_INT, false, offsetof(sd_entry_version, version), 0, 0},
    {"size", SD_KIND_INT, false, offsetof(sd_entry_version, size), 0, 0},
    {"content_hash", SD_KIND_TEXT, false, offsetof(sd_entry_version, content_hash), 0, 0},
    {"media_type", SD_KIND_TEXT, true, offsetof(sd_entry_version, media_type), 0, 0},
    {"replaced_at", SD_KIND_TEXT, false, offsetof(sd_entry_version, replaced_at), 0, 0},
};
const sd_type sd_entry_version_type = {sizeof(sd_entry_version), 5, sd_entry_version_fields};

static const sd_field sd_list_versions_output_versions_item = {0, SD_KIND_OBJECT, false, 0, &sd_entry_version_type, 0};
static const sd_field sd_list_versions_output_fields[] = {
    {"versions", SD_KIND_LIST, false, offsetof(sd_list_versions_output, versions), 0, &sd_list_versions_output_versions_item},
};
const sd_type sd_list_versions_output_type = {sizeof(sd_list_versions_output), 1, sd_list_versions_output_fields};

static const sd_field sd_read_content_input_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_read_content_input, entry_id), 0, 0},
    {"offset", SD_KIND_INT, true, offsetof(sd_read_content_input, offset), 0, 0},
    {"length", SD_KIND_INT, true, offsetof(sd_read_content_input, length), 0, 0},
};
const sd_type sd_read_content_input_type = {sizeof(sd_read_content_input), 3, sd_read_content_input_fields};

static const sd_field sd_read_content_output_fields[] = {
    {"data", SD_KIND_BYTES, false, offsetof(sd_read_content_output, data), 0, 0},
    {"size", SD_KIND_INT, false, offsetof(sd_read_content_output, size), 0, 0},
};
const sd_type sd_read_content_output_type = {sizeof(sd_read_content_output), 2, sd_read_content_output_fields};

static const sd_field sd_read_sidecar_output_fields[] = {
    {"data", SD_KIND_BYTES, false, offsetof(sd_read_sidecar_output, data), 0, 0},
};
const sd_type sd_read_sidecar_output_type = {sizeof(sd_read_sidecar_output), 1, sd_read_sidecar_output_fields};

static const sd_field sd_update_metadata_input_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_update_metadata_input, entry_id), 0, 0},
    {"metadata", SD_KIND_JSON, false, offsetof(sd_update_metadata_input, metadata), 0, 0},
    {"only_if", SD_KIND_JSON, true, offsetof(sd_update_metadata_input, only_if), 0, 0},
};
const sd_type sd_update_metadata_input_type = {sizeof(sd_update_metadata_input), 3, sd_update_metadata_input_fields};

static const sd_field sd_update_metadata_output_fields[] = {
    {"metadata", SD_KIND_JSON, false, offsetof(sd_update_metadata_output, metadata), 0, 0},
};
const sd_type sd_update_metadata_output_type = {sizeof(sd_update_metadata_output), 1, sd_update_metadata_output_fields};

static const sd_field sd_write_sidecar_input_fields[] = {
    {"entry_id", SD_KIND_TEXT, false, offsetof(sd_write_sidecar_input, entry_id), 0, 0},
    {"name", SD_KIND_TEXT, false, offsetof(sd_write_sidecar_input, name), 0, 0},
    {"data", SD_KIND_BYTES, false, offsetof(sd_write_sidecar_input, data), 0, 0},
    {"only_if", SD_KIND_TEXT, true, offsetof(sd_write_sidecar_input, only_if), 0, 0},
};
const sd_type sd_write_sidecar_input_type = {sizeof(sd_write_sidecar_input), 4, sd_write_sidecar_input_fields};

sd_code sd_ai_classify_text(const sd_classify_text_input *input, sd_classify_text_output *output) {
  return sd_operate("query:ai.classify_text.v1", true, &sd_classify_text_input_type, input, &sd_classify_text_output_type, output);
}

sd_code sd_ai_embed(const sd_embed_input *input, sd_embed_output *output) {
  return sd_operate("query:ai.embed.v1", true, &sd_embed_input_type, input, &sd_embed_output_type, output);
}

sd_code sd_ai_extract_text(const sd_extract_text_input *input, sd_extract_text_output *output) {
  return sd_operate("query:ai.extract_text.v1", true, &sd_extract_text_input_type, input, &sd_extract_text_output_type, output);
}

sd_code sd_ai_ocr(const sd_ocr_input *input, sd_ocr_output *output) {
  return sd_operate("query:ai.ocr.v1", true, &sd_ocr_input_type, input, &sd_ocr_output_type, output);
}

sd_code sd_core_quota(sd_quota_output *output) {
  return sd_operate("query:core.quota.v1", false, 0, 0, &sd_quota_output_type, output);
}

sd_code sd_core_status(sd_status_output *output) {
  return sd_operate("query:core.status.v1", false, 0, 0, &sd_status_output_type, output);
}

sd_code sd_credentials_delete(const sd_credential_ref *input, sd_delete_credential_output *output) {
  return sd_operate("action:credentials.delete.input.v1", true, &sd_credential_ref_type, input, &sd_delete_credential_output_type, output);
}

sd_code sd_credentials_get(const sd_credential_ref *input, sd_credential_info *output) {
  return sd_operate("query:credentials.get.v1", true, &sd_credential_ref_type, input, &sd_credential_info_type, output);
}

sd_code sd_credentials_list(sd_list_credentials_output *output) {
  return sd_operate("query:credentials.list.v1", true, 0, 0, &sd_list_credentials_output_type, output);
}

sd_code sd_credentials_store(const sd_store_input *input, sd_store_output *output) {
  return sd_operate("action:credentials.store.input.v1", true, &sd_store_input_type, input, &sd_store_output_type, output);
}

sd_code sd_events_publish(const sd_publish_input *input, sd_publish_output *output) {
  return sd_operate("action:events.publish.input.v1", true, &sd_publish_input_type, input, &sd_publish_output_type, output);
}

sd_code sd_events_subscribe(const sd_subscribe_input *input, sd_subscribe_output *output) {
  return sd_operate("action:events.subscribe.input.v1", true, &sd_subscribe_input_type, input, &sd_subscribe_output_type, output);
}

sd_code sd_events_subscriptions(sd_subscriptions_output *output) {
  return sd_operate("query:events.subscriptions.v1", true, 0, 0, &sd_subscriptions_output_type, output);
}

sd_code sd_events_unsubscribe(const sd_subscribe_input *input, sd_subscribe_output *output) {
  return sd_operate("action:events.unsubscribe.input.v1", true, &sd_subscribe_input_type, input, &sd_subscribe_output_type, output);
}

sd_code sd_http_request(const sd_request_input *input, sd_request_output *output) {
  return sd_operate("query:http.request.v1", true, &sd_request_input_type, input, &sd_request_output_type, output);
}

sd_code sd_jobs_cancel(const sd_job_ref *input, sd_cancel_output *output) {
  return sd_operate("action:jobs.cancel.input.v1", true, &sd_job_ref_type, input, &sd_cancel_output_type, output);
}

sd_code sd_jobs_checkpoint(const sd_checkpoint_input *input, sd_checkpoint_output *output) {
  return sd_operate("action:jobs.checkpoint.input.v1", true, &sd_checkpoint_input_type, input, &sd_checkpoint_output_type, output);
}

sd_code sd_jobs_dispatch(const sd_dispatch_input *input, sd_dispatch_output *output) {
  return sd_operate("action:jobs.dispatch.input.v1", true, &sd_dispatch_input_type, input, &sd_dispatch_output_type, output);
}

sd_code sd_jobs_list(const sd_list_jobs_input *input, sd_list_jobs_output *output) {
  return sd_operate("query:jobs.list.v1", true, &sd_list_jobs_input_type, input, &sd_list_jobs_output_type, output);
}

sd_code sd_jobs_status(const sd_job_ref *input, sd_job *output) {
  return sd_operate("query:jobs.status.v1", true, &sd_job_ref_type, input, &sd_job_type, output);
}

sd_code sd_mail_fetch_message(const sd_fetch_message_input *input, sd_fetch_message_output *output) {
  return sd_operate("query:mail.fetch_message.v1", true, &sd_fetch_message_input_type, input, &sd_fetch_message_output_type, output);
}

sd_code sd_mail_list_folders(const sd_list_folders_input *input, sd_list_folders_output *output) {
  return sd_operate("query:mail.list_folders.v1", true, &sd_list_folders_input_type, input, &sd_list_folders_output_type, output);
}

sd_code sd_mail_list_messages(const sd_list_messages_input *input, sd_list_messages_output *output) {
  return sd_operate("query:mail.list_messages.v1", true, &sd_list_messages_input_type, input, &sd_list_messages_output_type, output);
}

sd_code sd_media_codes(const sd_codes_input *input, sd_codes_output *output) {
  return sd_operate("query:media.codes.v1", true, &sd_codes_input_type, input, &sd_codes_output_type, output);
}

sd_code sd_media_metadata(const sd_metadata_input *input, sd_metadata_output *output) {
  return sd_operate("query:media.metadata.v1", true, &sd_metadata_input_type, input, &sd_metadata_output_type, output);
}

sd_code sd_media_thumbnail(const sd_thumbnail_input *input, sd_thumbnail_output *output) {
  return sd_operate("query:media.thumbnail.v1", true, &sd_thumbnail_input_type, input, &sd_thumbnail_output_type, output);
}

sd_code sd_search_entries(const sd_search_input *input, sd_search_output *output) {
  return sd_operate("query:search.entries.v1", true, &sd_search_input_type, input, &sd_search_output_type, output);
}

sd_code sd_search_make_vectors(const sd_make_vectors_input *input, sd_make_vectors_output *output) {
  return sd_operate("action:search.make_vectors.input.v1", true, &sd_make_vectors_input_type, input, &sd_make_vectors_output_type, output);
}

sd_code sd_search_read_again(const sd_read_again_input *input, sd_read_again_output *output) {
  return sd_operate("action:search.read_again.input.v1", true, &sd_read_again_input_type, input, &sd_read_again_output_type, output);
}

sd_code sd_search_rebuild_index(const sd_rebuild_index_input *input, sd_rebuild_index_output *output) {
  return sd_operate("action:search.rebuild_index.input.v1", true, &sd_rebuild_index_input_type, input, &sd_rebuild_index_output_type, output);
}

sd_code sd_secrets_reveal(const sd_credential_ref *input, sd_reveal_output *output) {
  return sd_operate("query:secrets.reveal.v1", true, &sd_credential_ref_type, input, &sd_reveal_output_type, output);
}

sd_code sd_settings_get(sd_get_settings_output *output) {
  return sd_operate("query:settings.get.v1", true, 0, 0, &sd_get_settings_output_type, output);
}

sd_code sd_vdfs_check_contents(const sd_check_contents_input *input, sd_check_contents_output *output) {
  return sd_operate("query:vdfs.check_contents.v1", true, &sd_check_contents_input_type, input, &sd_check_contents_output_type, output);
}

sd_code sd_vdfs_create_entry(const sd_new_entry *input, sd_create_entry_output *output) {
  return sd_operate("action:vdfs.create_entry.input.v1", true, &sd_new_entry_type, input, &sd_create_entry_output_type, output);
}

sd_code sd_vdfs_delete_entry(const sd_entry_ref *input, sd_delete_output *output) {
  return sd_operate("action:vdfs.delete_entry.input.v1", true, &sd_entry_ref_type, input, &sd_delete_output_type, output);
}

sd_code sd_vdfs_delete_sidecar(const sd_sidecar_ref *input, sd_delete_output *output) {
  return sd_operate("action:vdfs.delete_sidecar.input.v1", true, &sd_sidecar_ref_type, input, &sd_delete_output_type, output);
}

sd_code sd_vdfs_get_entry(const sd_entry_ref *input, sd_entry_details *output) {
  return sd_operate("query:vdfs.get_entry.v1", true, &sd_entry_ref_type, input, &sd_entry_details_type, output);
}

sd_code sd_vdfs_list_changes(const sd_list_changes_input *input, sd_list_changes_output *output) {
  return sd_operate("query:vdfs.list_changes.v1", true, &sd_list_changes_input_type, input, &sd_list_changes_output_type, output);
}

sd_code sd_vdfs_list_entries(const sd_list_entries_input *input, sd_list_entries_output *output) {
  return sd_operate("query:vdfs.list_entries.v1", true, &sd_list_entries_input_type, input, &sd_list_entries_output_type, output);
}

sd_code sd_vdfs_list_sidecars(const sd_list_sidecars_input *input, sd_list_sidecars_output *output) {
  return sd_operate("query:vdfs.list_sidecars.v1", true, &sd_list_sidecars_input_type, input, &sd_list_sidecars_output_type, output);
}

sd_code sd_vdfs_list_versions(const sd_entry_ref *input, sd_list_versions_output *output) {
  return sd_operate("query:vdfs.list_versions.v1", true, &sd_entry_ref_type, input, &sd_list_versions_output_type, output);
}

sd_code sd_vdfs_read_content(const sd_read_content_input *input, sd_read_content_output *output) {
  return sd_operate("query:vdfs.read_content.v1", true, &sd_read_content_input_type, input, &sd_read_content_output_type, output);
}

sd_code sd_vdfs_read_sidecar(const sd_sidecar_ref *input, sd_read_sidecar_output *output) {
  return sd_operate("query:vdfs.read_sidecar.v1", true, &sd_sidecar_ref_type, input, &sd_read_sidecar_output_type, output);
}

sd_code sd_vdfs_update_metadata(const sd_update_metadata_input *input, sd_update_metadata_output *output) {
  return sd_operate("action:vdfs.update_metadata.input.v1", true, &sd_update_metadata_input_type, input, &sd_update_metadata_output_type, output);
}

sd_code sd_vdfs_write_sidecar(const sd_write_sidecar_input *input, sd_sidecar_info *output) {
  return sd_operate("action:vdfs.write_sidecar.input.v1", true, &sd_write_sidecar_input_type, input, &sd_sidecar_info_type, output);
}
