//! The suite's tools, as entries of the catalogue.

use openapi_tools::table::{
    Annotations, AnswerFacts, Facts, Idempotency, If, Input, Listing, Literal, Members, Operation,
    Others, Property, Rule, Schema, Scope, Tool, Type,
};

/// Builds a tool from the parts that differ between fixtures.
macro_rules! tool {
    ($name:literal, $description:literal) => {
        tool!(
            $name,
            $description,
            r#"{"type":"object","additionalProperties":false}"#,
            input(&[CLOSED])
        )
    };
    ($name:literal, $description:literal, $schema:literal, $input:expr) => {
        Tool {
            name: $name,
            catalogue_name: None,
            title: $name,
            description: $description,
            toolset: "conformance",
            // No toolset of the catalogue has this index, so no URL can select it.
            toolset_index: 63,
            input: $input,
            input_schema: None,
            output_schema: None,
            annotations: Annotations {
                read_only: true,
                destructive: false,
                idempotent: true,
                open_world: false,
            },
            facts: FACTS,
            operation: NO_OPERATION,
            confirmation: None,
            listing: Listing {
                base: concat!(
                    r#""name":""#,
                    $name,
                    r#"","description":""#,
                    $description,
                    r#"","inputSchema":"#,
                    $schema
                ),
                since_2025_06_18: "",
            },
        }
    };
}

/// The rules of an object.
const fn input(rules: &'static [Rule<'static>]) -> Input<'static> {
    Input {
        schema: Schema { rules },
        definitions: &[],
    }
}

/// No members.
const CLOSED: Rule<'static> = Rule::Members(&Members {
    properties: &[],
    others: Others::None,
});

const fn property(name: &'static str, rules: &'static [Rule<'static>]) -> Property<'static> {
    Property {
        name,
        schema: Schema { rules },
    }
}

const TEXT: &[Rule<'static>] = &[Rule::Type(Type::String)];
const PHONE: Schema<'static> = Schema {
    rules: &[Rule::Required(&["phone"])],
};
const EMAIL: Schema<'static> = Schema {
    rules: &[Rule::Required(&["email"])],
};

/// The rules of the tool that has keywords of all kinds.
const KEYWORDS: Input<'static> = input(&[
    Rule::Members(&Members {
        properties: &[
            property("name", TEXT),
            property(
                "address",
                &[
                    Rule::Type(Type::Object),
                    Rule::Members(&Members {
                        properties: &[property("street", TEXT), property("city", TEXT)],
                        others: Others::Any,
                    }),
                ],
            ),
            property(
                "contactMethod",
                &[Rule::Enum(&[
                    Literal::String("phone"),
                    Literal::String("email"),
                ])],
            ),
            property("phone", TEXT),
            property("email", TEXT),
        ],
        others: Others::None,
    }),
    Rule::AnyOf(&[PHONE, EMAIL]),
    Rule::If(&If {
        condition: Schema {
            rules: &[
                Rule::Required(&["contactMethod"]),
                Rule::Members(&Members {
                    properties: &[property(
                        "contactMethod",
                        &[Rule::Const(Literal::String("phone"))],
                    )],
                    others: Others::Any,
                }),
            ],
        },
        then: PHONE,
        otherwise: EMAIL,
    }),
]);

const FACTS: Facts<'static> = Facts {
    scope: Scope::Read,
    idempotency: Idempotency::NotApplicable,
    dry_run: false,
    spends_credits: false,
    credits_detail: None,
    secret: false,
    secret_members: &[],
    irreversible: false,
    error_codes: &[],
    credit_balance: None,
    search_words: &[],
    answer: AnswerFacts {
        empty: None,
        simulated: None,
        given: None,
        rows: None,
        echo: false,
        details: None,
        amounts: &[],
    },
};

/// Fixtures never call the API.
const NO_OPERATION: Operation<'static> = Operation {
    id: "",
    method: "",
    path: &[],
    arguments: &[],
    body: None,
    accepts: &[],
    may_be_empty: false,
};

pub(super) static TOOLS: [Tool<'static>; 18] = [
    tool!("test_simple_text", "Answers with text"),
    tool!("test_image_content", "Answers with a picture"),
    tool!("test_audio_content", "Answers with a sound"),
    tool!("test_embedded_resource", "Answers with a document"),
    tool!(
        "test_multiple_content_types",
        "Answers with text, a picture and a document"
    ),
    tool!("test_error_handling", "Fails"),
    tool!("test_logging_tool", "Answers with text and logs nothing"),
    tool!("test_missing_capability", "Asks for a sample"),
    tool!(
        "test_streaming_elicitation",
        "Asks for a tick, and sends nothing else"
    ),
    tool!(
        "test_input_required_result_elicitation",
        "Asks for a name and keeps no state"
    ),
    tool!("test_input_required_result_sampling", "Asks for a sample"),
    tool!(
        "test_input_required_result_list_roots",
        "Asks for the roots"
    ),
    tool!(
        "test_input_required_result_request_state",
        "Asks for a tick"
    ),
    tool!(
        "test_input_required_result_tampered_state",
        "Asks for a tick"
    ),
    tool!(
        "test_input_required_result_multiple_inputs",
        "Asks for three things at once"
    ),
    tool!(
        "test_input_required_result_multi_round",
        "Asks for one thing after the other"
    ),
    tool!(
        "test_input_required_result_capabilities",
        "Asks for what the client can answer"
    ),
    tool!(
        "json_schema_2020_12_tool",
        "Has a schema with keywords of all kinds",
        r##"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},"properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},"allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],"if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]},"additionalProperties":false}"##,
        KEYWORDS
    ),
];
