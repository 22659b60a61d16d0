//! French, with "vous". `\u{a0}` is the space that French puts before ":", "?" and "»".

use super::table::{CloseTexts, ConsentTexts, ErrorTexts, ProblemTable, ProblemTexts, Texts};
use crate::web::language::Language;

pub(super) static TEXTS: Texts = Texts {
    language: Language::French,
    consent: ConsentTexts {
        asks: "{client} souhaite utiliser votre compte TokPortal.",
        title: "{client} souhaite utiliser votre compte TokPortal",
        title_error: "Erreur\u{a0}: {title}",
        nameless: "Une application sans nom",
        verified: "domaine vérifié",
        proven: "prouve son identité avec une clé",
        unverified: "Nous n’avons pas pu vérifier qui a créé cette application.",
        signed_in_as: "Connecté en tant que",
        not_you: "Ce n’est pas vous\u{a0}?",
        key_label: "Votre clé d’API TokPortal",
        key_hint: "Créez-en une dans TokPortal, sous Developer › API keys. Saisissez-la uniquement ici, jamais dans une conversation.",
        go_to_key: "Aller à la clé",
        what_it_may_do: "Ce que {client} pourra faire",
        read_only: "Lecture seule",
        read_only_text: "Voir les statistiques, les bundles, les comptes et les soldes. Ne peut rien modifier ni dépenser de crédits.",
        full_access: "Accès complet",
        full_access_text: "Tout ce qui précède, et aussi créer, configurer et publier des bundles, envoyer des médias, gérer les webhooks.",
        consumes_credits: "Les actions consomment vos crédits.",
        consumes_credits_of: "Les actions consomment vos crédits (solde\u{a0}: {balance}).",
        only_read_only: "Seul l’accès en lecture seule est proposé, car l’adresse saisie dans l’application contient readonly=1.",
        sent_to: "Vous serez redirigé vers {destination}",
        this_computer: "une application sur cet ordinateur.",
        this_computer_port: "une application sur cet ordinateur (port {port}).",
        app_of_scheme: "une application sur cet appareil qui ouvre les liens {scheme}:.",
        started_yourself: "Continuez seulement si vous venez de lancer cette demande vous-même.",
        full_address: "Adresse complète",
        key_will_be_created: "Une clé d’API nommée {key} sera créée. Vous pouvez la révoquer à tout moment sous Developer › API keys.",
        sealed_token: "L’application reçoit un jeton scellé pour ce connecteur, jamais la clé elle-même. Vous pouvez révoquer la clé à tout moment sous Developer › API keys.",
        authorize: "Autoriser",
        cancel: "Annuler",
    },
    close: CloseTexts {
        title: "Vous pouvez fermer cette fenêtre",
        heading: "Vous pouvez fermer cette fenêtre.",
        connected: "Connexion établie",
        go_back: "Revenez à {client} pour continuer.",
        go_back_nameless: "Revenez à votre application pour continuer.",
        minted: "Vous pouvez révoquer la clé d’API de l’application à tout moment sous Developer › API keys.",
        pasted: "L’application utilise la clé d’API que vous avez saisie, jusqu’à ce qu’elle soit révoquée.",
        cancelled: "Vous avez annulé, rien n’a donc été connecté.",
        nothing_happened: "Il ne se passe rien\u{a0}? {link}",
        open: "Ouvrir {client}",
        open_nameless: "Ouvrir l’application",
    },
    error: ErrorTexts {
        what_to_do: "Que faire",
        request_id: "Identifiant de la requête\u{a0}: {id}",
    },
    problems: ProblemTable {
        expired_request: ProblemTexts {
            title: "Cette demande de connexion a expiré",
            what_happened: "Cette demande de connexion a été lancée il y a plus de 10 minutes.",
            what_to_do: "Retournez dans votre application et connectez-la de nouveau.",
        },
        unknown_client: ProblemTexts {
            title: "Nous ne connaissons pas cette application",
            what_happened: "L’application qui vous a envoyé ici n’est pas enregistrée auprès de ce connecteur, ou son enregistrement n’est plus valable.",
            what_to_do: "Retournez dans votre application, supprimez la connexion à TokPortal et ajoutez-la de nouveau.",
        },
        unregistered_destination: ProblemTexts {
            title: "Nous avons bloqué cette connexion",
            what_happened: "L’adresse vers laquelle vous seriez redirigé n’a pas été enregistrée par cette application. Quelqu’un essaie peut-être d’accéder à votre compte.",
            what_to_do: "Fermez cette page. Si vous avez lancé cette demande vous-même, supprimez la connexion à TokPortal dans votre application et ajoutez-la de nouveau.",
        },
        app_link_not_enabled: ProblemTexts {
            title: "Cette application ne peut pas être ouverte d’ici",
            what_happened: "L’application veut être ouverte par un lien qui lui est propre, et ce connecteur n’ouvre pas ce type de lien. Rien n’a été connecté.",
            what_to_do: "Si votre application peut aussi utiliser une adresse web ou localhost, choisissez-la. Sinon, demandez aux responsables de ce connecteur d’autoriser ses liens, avec l’identifiant de la requête ci-dessous.",
        },
        malformed_request: ProblemTexts {
            title: "Ce lien est incomplet",
            what_happened: "Une partie de l’adresse qui vous a amené ici manque ou a été modifiée en chemin.",
            what_to_do: "Retournez dans votre application et connectez-la de nouveau.",
        },
        portal_down: ProblemTexts {
            title: "TokPortal ne répond pas",
            what_happened: "TokPortal est injoignable, rien n’a donc été connecté. Aucun crédit n’a été dépensé.",
            what_to_do: "Attendez une minute, puis retournez dans votre application et connectez-la de nouveau.",
        },
        key_limit_reached: ProblemTexts {
            title: "Vous avez atteint le nombre maximal de clés d’API",
            what_happened: "Chaque application connectée a sa propre clé d’API, et votre compte ne peut pas en avoir davantage. Rien n’a été connecté.",
            what_to_do: "Dans TokPortal, sous Developer › API keys, révoquez une clé que vous n’utilisez plus. Retournez ensuite dans votre application et connectez-la de nouveau.",
        },
        already_approved: ProblemTexts {
            title: "Vous avez déjà répondu",
            what_happened: "Cette demande a reçu une réponse à l’instant, peut-être dans un autre onglet. Rien n’a été fait une seconde fois.",
            what_to_do: "Fermez cette page et retournez dans votre application. Si elle n’est pas connectée, connectez-la de nouveau.",
        },
        back_after_approval: ProblemTexts {
            title: "Cette page n’est plus utilisée",
            what_happened: "Cette demande de connexion est déjà terminée. Votre décision n’a pas changé.",
            what_to_do: "Fermez cette page et retournez dans votre application. Pour changer de décision, connectez-la de nouveau.",
        },
        cookies_blocked: ProblemTexts {
            title: "Nous ne pouvons pas confirmer que c’est vous",
            what_happened: "Votre navigateur n’a pas envoyé le cookie de cette demande. Les cookies sont bloqués, ou la demande a été lancée dans un autre navigateur.",
            what_to_do: "Autorisez les cookies pour ce site, puis retournez dans votre application et connectez-la de nouveau dans ce navigateur. Le cookie expire au bout de 10 minutes.",
        },
        foreign_form: ProblemTexts {
            title: "Nous avons bloqué cette requête",
            what_happened: "La requête venait d’un autre site web, et non de cette page. Rien n’a été connecté.",
            what_to_do: "Fermez cette page. Si vous vouliez connecter une application, recommencez depuis l’application.",
        },
        wrong_configuration: ProblemTexts {
            title: "Ce connecteur est mal configuré",
            what_happened: "Son paramètre «\u{a0}{value}\u{a0}» manque ou est incorrect, aucune application ne peut donc se connecter pour le moment.",
            what_to_do: "Prévenez les personnes qui gèrent ce connecteur et donnez-leur l’identifiant de la requête ci-dessous. Leur journal indique ce qui ne va pas.",
        },
        too_many_requests: ProblemTexts {
            title: "Trop de demandes de connexion à la fois",
            what_happened: "Trop de demandes de connexion sont venues de votre réseau, celle-ci a donc été refusée.",
            what_to_do: "Attendez une minute, puis retournez dans votre application et connectez-la de nouveau.",
        },
        too_many_requests_for_long: ProblemTexts {
            title: "Trop de demandes de connexion à la fois",
            what_happened: "Trop de demandes de connexion sont venues de votre réseau, celle-ci a donc été refusée.",
            what_to_do: "Attendez {value} minutes, puis retournez dans votre application et connectez-la de nouveau.",
        },
        wrong_key: ProblemTexts {
            title: "Cette clé d’API ne fonctionne pas",
            what_happened: "TokPortal n’accepte pas cette clé d’API.",
            what_to_do: "Vérifiez que vous l’avez copiée en entier et qu’elle n’a pas été révoquée, puis saisissez-la de nouveau.",
        },
        unexpected: ProblemTexts {
            title: "Une erreur s’est produite de notre côté",
            what_happened: "Le connecteur n’a pas pu terminer cette demande. Aucun crédit n’a été dépensé.",
            what_to_do: "Retournez dans votre application et connectez-la de nouveau. Si cela se reproduit, prévenez les personnes qui gèrent ce connecteur et donnez-leur l’identifiant de la requête ci-dessous.",
        },
    },
};
