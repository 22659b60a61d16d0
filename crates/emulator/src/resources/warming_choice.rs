//! The warming options of an order: how the fields depend on each other.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decisions::{PRICE_NICHE_WARMING, PRICE_WARMING_TARGET};
use crate::error::{ApiError, Code};
use crate::resources::credits::Cost;
use crate::resources::prices::Prices;

/// The warming fields of an order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WarmingFields {
    wants_niche_warming: bool,
    wants_deep_warming: bool,
    wants_advanced_warming: bool,
    advanced_warming_terms: Option<Vec<String>>,
    advanced_warming_terms_count: Option<i64>,
    niche_warming_instructions: Option<String>,
}

/// Warming targets that were bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// How many.
    pub count: i64,
    /// What one cost, in credits: prices may move before they are given back.
    #[serde(default = "standard_price")]
    pub price: i64,
    /// Their search terms, once named.
    pub terms: Option<Vec<String>>,
}

/// The warming of one account.
#[derive(Debug, Default)]
pub struct Choice {
    /// Advanced warming.
    pub targets: Option<Targets>,
    /// Brief of the older review-based warming.
    pub niche_instructions: Option<String>,
}

/// What a target costs where a record from before prices were stored does not say.
const fn standard_price() -> i64 {
    PRICE_WARMING_TARGET
}

impl Targets {
    /// What all of them cost, in credits.
    pub const fn paid(&self) -> i64 {
        self.count.saturating_mul(self.price)
    }
}

impl Choice {
    /// Adds what the warming of one account costs.
    pub fn price(&self, cost: Cost) -> Cost {
        let targets = self.targets.as_ref().map_or(0, Targets::paid);
        let cost = cost.plus("advanced_warming", targets);
        if self.niche_instructions.is_some() {
            cost.plus("niche_warming", PRICE_NICHE_WARMING)
        } else {
            cost
        }
    }
}

/// Looks at the raw body for faults that have a code of their own and that the document's rules would hide.
pub fn precheck(body: &Value) -> Result<(), ApiError> {
    let warmed =
        body["wants_advanced_warming"] == true || body["advanced_warming_terms"].is_array();
    let youtube = |value: &Value| value == "youtube";
    if youtube(&body["platform"])
        || body["platforms"]
            .as_array()
            .is_some_and(|list| list.iter().any(youtube))
    {
        return Err(if warmed {
            ApiError::new(
                Code::AdvancedWarmingPlatform,
                "YouTube accounts cannot be warmed this way.",
            )
        } else {
            ApiError::new(
                Code::YoutubeDelayed,
                "YouTube accounts cannot be ordered through the API.",
            )
        });
    }
    let terms: Vec<&str> = body["advanced_warming_terms"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let rejected: Vec<&str> = terms
        .iter()
        .enumerate()
        .filter(|(index, term)| {
            let length = term.trim().chars().count();
            !(2..=50).contains(&length) || terms[..*index].iter().any(|other| same(other, term))
        })
        .map(|(_, term)| *term)
        .collect();
    if rejected.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(
        Code::AdvancedWarmingTermsRejected,
        "Terms have to differ, ignoring case, and to have 2 to 50 characters.",
    )
    .with("rejected_terms", rejected))
}

/// Decides what the fields ask for.
pub fn choose(fields: WarmingFields, prices: &Prices) -> Result<Choice, ApiError> {
    if fields.wants_deep_warming {
        return Err(ApiError::new(
            Code::DeepWarmingDeprecated,
            "Deep warming is no longer sold.",
        ));
    }
    let asked =
        fields.advanced_warming_terms.is_some() || fields.advanced_warming_terms_count.is_some();
    if asked && !fields.wants_advanced_warming {
        return Err(ApiError::new(
            Code::AdvancedWarmingFlagRequired,
            "Terms or a count of terms need wants_advanced_warming: true.",
        ));
    }
    if fields.wants_advanced_warming && fields.wants_niche_warming {
        return Err(ApiError::new(
            Code::WarmingConflict,
            "wants_advanced_warming and wants_niche_warming exclude each other.",
        ));
    }
    let niche_instructions = match (
        fields.wants_niche_warming,
        fields.niche_warming_instructions,
    ) {
        (false, _) => None,
        (true, Some(brief)) if !brief.trim().is_empty() => Some(brief),
        (true, _) => {
            return Err(ApiError::field(
                "niche_warming_instructions",
                "is required for wants_niche_warming",
            ));
        }
    };
    let targets = if fields.wants_advanced_warming {
        Some(targets(
            fields.advanced_warming_terms,
            fields.advanced_warming_terms_count,
            prices.warming_target,
        )?)
    } else {
        None
    };
    Ok(Choice {
        targets,
        niche_instructions,
    })
}

fn targets(
    terms: Option<Vec<String>>,
    count: Option<i64>,
    price: i64,
) -> Result<Targets, ApiError> {
    let named = terms
        .as_ref()
        .map(|terms| i64::try_from(terms.len()).unwrap_or(i64::MAX));
    match (named, count) {
        (Some(named), _) if named % 3 != 0 => Err(mismatch(
            "The number of terms has to be a multiple of 3, from 3 to 30.",
        )),
        (Some(named), Some(count)) if named != count => Err(mismatch(
            "advanced_warming_terms and advanced_warming_terms_count disagree.",
        )),
        (Some(count), _) | (None, Some(count)) => Ok(Targets {
            count,
            price,
            terms,
        }),
        (None, None) => Err(mismatch(
            "wants_advanced_warming needs terms, or a count of terms to name later.",
        )),
    }
}

fn mismatch(message: &str) -> ApiError {
    ApiError::new(Code::AdvancedWarmingCountMismatch, message)
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
