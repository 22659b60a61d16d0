//! The input schema of a tool as rules, so that arguments are checked without a JSON Schema at run time.
//!
//! A value conforms to a schema if it conforms to each of its rules. As in JSON Schema 2020-12, a rule limits values of
//! its own type only: a text conforms to [`Rule::Minimum`].

/// The rules for the arguments of a tool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Input<'a> {
    /// The schema of the arguments, a closed object.
    pub schema: Schema<'a>,
    /// The schemas that [`Rule::Reference`] refers to.
    pub definitions: &'a [Schema<'a>],
}

/// The rules for one value; without any, every value conforms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schema<'a> {
    /// In the order in which they are checked. After a violated [`Rule::Type`], [`Rule::Const`] or [`Rule::Enum`] the
    /// others say nothing more.
    pub rules: &'a [Rule<'a>],
}

/// A keyword of JSON Schema with its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule<'a> {
    /// `type`.
    Type(Type),
    /// `const`.
    Const(Literal<'a>),
    /// `enum`.
    Enum(&'a [Literal<'a>]),
    /// `format`.
    Format(Format),
    /// `$ref`: the schema at this position in [`Input::definitions`].
    Reference(u16),
    /// `minProperties`.
    MinProperties(u32),
    /// `maxProperties`.
    MaxProperties(u32),
    /// `required`.
    Required(&'a [&'a str]),
    /// `properties` and `additionalProperties`.
    Members(&'a Members<'a>),
    /// `propertyNames`.
    PropertyNames(Schema<'a>),
    /// `minItems`.
    MinItems(u32),
    /// `maxItems`.
    MaxItems(u32),
    /// `uniqueItems`.
    UniqueItems,
    /// `prefixItems`.
    PrefixItems(&'a [Schema<'a>]),
    /// `items`.
    Items {
        /// The number of items before the first one that it limits: the length of `prefixItems`.
        after: u16,
        /// The schema of each item.
        schema: Schema<'a>,
    },
    /// `minLength`, in characters.
    MinLength(u32),
    /// `maxLength`, in characters.
    MaxLength(u32),
    /// `pattern`.
    Pattern(&'a Pattern<'a>),
    /// `minimum`.
    Minimum(f64),
    /// `maximum`.
    Maximum(f64),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(f64),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(f64),
    /// `multipleOf`.
    MultipleOf(f64),
    /// `not`.
    Not(Schema<'a>),
    /// `allOf`.
    AllOf(&'a [Schema<'a>]),
    /// `anyOf`.
    AnyOf(&'a [Schema<'a>]),
    /// `oneOf`.
    OneOf(&'a [Schema<'a>]),
    /// `if`, `then` and `else`.
    If(&'a If<'a>),
}

/// A type of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `null`.
    Null,
    /// `true` and `false`.
    Boolean,
    /// Whole numbers, also those that are written as `5.0`.
    Integer,
    /// All numbers.
    Number,
    /// Texts.
    String,
    /// Lists.
    Array,
    /// Objects.
    Object,
}

/// A value that `const` or `enum` names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent.
    Number(f64),
    /// A text.
    String(&'a str),
}

/// The members of an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Members<'a> {
    /// `properties`, in the order of the document.
    pub properties: &'a [Property<'a>],
    /// `additionalProperties`.
    pub others: Others<'a>,
}

/// One of `properties`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Property<'a> {
    /// Its name.
    pub name: &'a str,
    /// The schema of its value.
    pub schema: Schema<'a>,
}

/// `additionalProperties`: the members that `properties` does not name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Others<'a> {
    /// They are not limited.
    Any,
    /// There are none.
    None,
    /// They conform to this schema.
    Schema(Schema<'a>),
}

/// `if`, `then` and `else`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct If<'a> {
    /// `if`.
    pub condition: Schema<'a>,
    /// `then`, or a schema without rules.
    pub then: Schema<'a>,
    /// `else`, or a schema without rules.
    pub otherwise: Schema<'a>,
}

/// A `format` of JSON Schema 2020-12, section 7.3 of the validation vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `date` (RFC 3339).
    Date,
    /// `date-time` (RFC 3339).
    DateTime,
    /// `email` (RFC 5321).
    Email,
    /// `hostname` (RFC 1123).
    Hostname,
    /// `ipv4` (RFC 2673).
    Ipv4,
    /// `ipv6` (RFC 4291).
    Ipv6,
    /// `uri` (RFC 3986).
    Uri,
    /// `uri-reference` (RFC 3986).
    UriReference,
    /// `uuid` (RFC 4122).
    Uuid,
}

impl Format {
    /// Every format that can be checked.
    pub const ALL: [Self; 9] = [
        Self::Date,
        Self::DateTime,
        Self::Email,
        Self::Hostname,
        Self::Ipv4,
        Self::Ipv6,
        Self::Uri,
        Self::UriReference,
        Self::Uuid,
    ];

    /// Its name in a schema.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Email => "email",
            Self::Hostname => "hostname",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Uri => "uri",
            Self::UriReference => "uri-reference",
            Self::Uuid => "uuid",
        }
    }
}

/// A regular expression as a deterministic automaton over the bytes of a text. It starts in state 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern<'a> {
    /// The expression as the document has it.
    pub text: &'a str,
    /// The class of each byte. Bytes of one class lead to the same states.
    pub classes: &'a [u8],
    /// The number of classes.
    pub width: u16,
    /// The state that follows state `s` at a byte of class `c`, at `s * width + c`.
    pub next: &'a [u16],
    /// Whether a text that ends in a state matches, for each state.
    pub accepts: &'a [bool],
}

impl Pattern<'_> {
    /// Whether a part of the text matches. It takes one step for each byte.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let last = text.bytes().fold(0, |state: u16, byte| {
            let class = self.classes.get(usize::from(byte)).copied();
            let row = usize::from(state) * usize::from(self.width);
            let next = self.next.get(row + usize::from(class.unwrap_or_default()));
            next.copied().unwrap_or_default()
        });
        self.accepts.get(usize::from(last)).copied() == Some(true)
    }
}
