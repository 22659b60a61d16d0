//! The table of texts that each language fills. The documentation of a text names its placeholders.

use crate::web::language::Language;

/// All texts in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) language: Language,
    pub(crate) consent: ConsentTexts,
    pub(crate) approval: ApprovalTexts,
    pub(crate) close: CloseTexts,
    pub(crate) welcome: WelcomeTexts,
    pub(crate) checks: ChecksTexts,
    pub(crate) error: ErrorTexts,
    pub(crate) problems: ProblemTable,
}

/// Defines a struct of texts, which the tests can list.
macro_rules! texts {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $field:ident,)* }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub(crate) struct $name {
            $($(#[$note])* pub(crate) $field: &'static str,)*
        }

        #[cfg(test)]
        impl $name {
            pub(super) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($field), self.$field),)*]
            }
        }
    };
}

texts! {
    /// The consent page.
    ConsentTexts {
        /// `{client}`
        asks,
        /// Title of the page. `{client}`
        title,
        /// Title of the page after an error. `{title}`
        title_error,
        nameless,
        /// After the domain of a client metadata document.
        verified,
        /// The same, if the client proves with a key that it comes from there.
        proven,
        unverified,
        /// `{claimed}` and `{brand}`
        imitates,
        /// `{claimed}`
        disguised,
        signed_in_as,
        not_you,
        key_label,
        /// `{menu}`
        key_hint,
        go_to_key,
        what_it_may_do,
        read_only,
        read_only_text,
        full_access,
        everything_above,
        order_and_publish,
        uploads_and_settings,
        coverage,
        public_reports,
        reveal_logins,
        consumes_credits,
        /// `{balance}`
        consumes_credits_of,
        only_read_only,
        replace_one,
        /// `{count}`, at least 2
        replace_many,
        /// After the last characters and the level of an older key. `{date}`
        last_used,
        never_used,
        /// After the older keys that are listed. `{count}`
        more_keys,
        replace_text,
        /// `{destination}`
        sent_to,
        /// A web site of an app that is not verified. `{destination}`
        sent_to_unknown,
        this_computer,
        /// `{port}`
        this_computer_port,
        /// `{scheme}`
        app_of_scheme,
        started_yourself,
        full_address,
        /// `{key}` and `{menu}`
        key_will_be_created,
        /// `{menu}`
        sealed_token,
        authorize,
        authorize_read_only,
        authorize_full_access,
        cancel,
        help,
        privacy,
    }
}

texts! {
    /// The page on which a person approves a call.
    ApprovalTexts {
        title,
        asked,
        /// `{key}`
        asked_by,
        whose_key,
        /// Of the page with a field for a key.
        whose_key_text,
        continue_,
        price,
        /// In place of a number of credits.
        price_unknown,
        /// `{count}`, not 1
        credits,
        one_credit,
        balance,
        balance_after,
        consequences,
        /// After the arguments that are listed. `{count}`
        more,
        changed,
        once,
        approve,
        /// `{price}` is a number of credits.
        approve_price,
        not_now,
        approved,
        go_on,
        approved_text,
        declined,
        declined_text,
        other_person,
        other_person_text,
    }
}

texts! {
    /// The page that sends the browser back to the app.
    CloseTexts {
        connected,
        /// `{client}`
        sent_back,
        sent_back_nameless,
        /// For an app with a scheme of its own, which leaves the page open.
        can_close,
        /// `{client}`
        go_back,
        go_back_nameless,
        minted,
        pasted,
        cancelled,
        refused,
        failed,
        /// `{link}`
        nothing_happened,
        /// `{client}`
        open,
        open_nameless,
    }
}

texts! {
    /// The page behind the address of the connector. A `{name}` is written as the English version of a host writes it.
    WelcomeTexts {
        title,
        what,
        /// If people sign in at the portal.
        how,
        /// If people enter an API key.
        how_with_key,
        address,
        click_selects,
        narrowed,
        invalid,
        not_reachable,
        choose_app,
        other_apps,
        /// `{name}` is a host.
        install,
        or,
        /// `{name}` is a path of menu items.
        open,
        /// `{name}` is the label of a field.
        address_field,
        /// `{name}` is an option.
        choose,
        /// `{name}` is a button.
        press,
        run,
        /// `{name}` is a host.
        type_in,
        /// `{name}` is a file.
        configure,
        sign_in,
        enter_key,
        note_claude,
        note_chatgpt,
        note_codex,
        note_windsurf,
        note_inspector,
        note_other,
        note_bridge,
        note_script,
        /// `{date}`
        checked,
        try_first,
        /// Something to say to the model, in quotation marks.
        try_balance,
        try_price,
        try_week,
        revoke,
        revoke_pasted,
    }
}

texts! {
    /// The pages of `/readyz` and `/readyz/portal`, and the one for an invalid configuration. People who run the connector read them.
    ChecksTexts {
        ready_title,
        ready,
        not_ready_title,
        not_ready,
        portal_ready_title,
        portal_ready,
        portal_not_ready_title,
        portal_not_ready,
        not_configured_title,
        not_configured,
        configuration,
        /// The key-value store.
        store,
        portal,
        /// The API that manages keys.
        keys,
        api,
        sign_in,
        /// The metadata of the OpenID provider.
        discovery,
        /// The signature of ID tokens.
        signing,
        client_authentication,
        redirect_uri,
        /// The addresses that the host allows requests to.
        origins,
        clock,
        scopes,
        pkce,
        response_issuer,
        works,
        /// `{value}`
        example,
    }
}

texts! {
    /// What all error pages have.
    ErrorTexts {
        what_to_do,
        /// `{id}`
        request_id,
    }
}

texts! {
    /// The texts of one problem.
    ProblemTexts {
        title,
        what_happened,
        what_to_do,
    }
}

/// Defines the table of problems.
macro_rules! problems {
    ($($(#[$note:meta])* $field:ident,)*) => {
        /// The texts of every [`Problem`](super::Problem).
        #[derive(Debug)]
        pub(crate) struct ProblemTable {
            $($(#[$note])* pub(crate) $field: ProblemTexts,)*
        }

        #[cfg(test)]
        impl ProblemTable {
            pub(crate) fn all(&self) -> Vec<(&'static str, &ProblemTexts)> {
                vec![$((stringify!($field), &self.$field),)*]
            }
        }
    };
}

problems! {
    expired_request,
    unknown_client,
    client_document_unavailable,
    client_document_invalid,
    client_document_forbidden,
    unregistered_destination,
    app_link_not_enabled,
    malformed_request,
    portal_down,
    key_limit_reached,
    already_connected,
    already_cancelled,
    cookies_blocked,
    foreign_form,
    question_closed,
    other_key,
    owner_unknown,
    not_signed_in,
    store_forgets,
    store_down,
    /// To wait for a minute.
    too_many_requests,
    /// `{value}` is a number of minutes, at least 2.
    too_many_requests_for_long,
    wrong_key,
    unexpected,
}
