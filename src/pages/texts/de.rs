//! German, with the formal "Sie".

use super::table::{CloseTexts, ConsentTexts, ErrorTexts, ProblemTable, ProblemTexts, Texts};
use crate::web::language::Language;

pub(super) static TEXTS: Texts = Texts {
    language: Language::German,
    consent: ConsentTexts {
        asks: "{client} möchte Ihr TokPortal-Konto verwenden.",
        title: "{client} möchte Ihr TokPortal-Konto verwenden",
        title_error: "Fehler: {title}",
        nameless: "Eine App ohne Namen",
        verified: "bestätigte Domain",
        proven: "weist sich mit einem Schlüssel aus",
        unverified: "Wir konnten nicht prüfen, von wem diese App stammt.",
        signed_in_as: "Angemeldet als",
        not_you: "Nicht Sie?",
        key_label: "Ihr TokPortal-API-Schlüssel",
        key_hint: "Erstellen Sie einen in TokPortal unter Developer › API keys. Geben Sie ihn nur hier ein, nie in einem Chat.",
        go_to_key: "Zum Schlüssel",
        what_it_may_do: "Was {client} tun darf",
        read_only: "Nur lesen",
        read_only_text: "Sieht Statistiken, Bundles, Konten und Guthaben. Kann nichts ändern und keine Credits ausgeben.",
        full_access: "Vollzugriff",
        full_access_text: "Alles oben Genannte, dazu Bundles erstellen, einrichten und veröffentlichen, Medien hochladen, Webhooks verwalten.",
        consumes_credits: "Aktionen verbrauchen Ihre Credits.",
        consumes_credits_of: "Aktionen verbrauchen Ihre Credits (Guthaben: {balance}).",
        only_read_only: "Nur Lesezugriff ist möglich, weil die in der App eingetragene Adresse readonly=1 enthält.",
        sent_to: "Sie werden weitergeleitet zu {destination}",
        this_computer: "einer App auf diesem Computer.",
        this_computer_port: "einer App auf diesem Computer (Port {port}).",
        app_of_scheme: "einer App auf diesem Gerät, die {scheme}:-Links öffnet.",
        started_yourself: "Fahren Sie nur fort, wenn Sie das gerade selbst gestartet haben.",
        full_address: "Vollständige Adresse",
        key_will_be_created: "Ein API-Schlüssel namens {key} wird erstellt. Sie können ihn jederzeit unter Developer › API keys widerrufen.",
        sealed_token: "Die App erhält ein versiegeltes Token für diesen Connector, nie den Schlüssel selbst. Sie können den Schlüssel jederzeit unter Developer › API keys widerrufen.",
        authorize: "Zulassen",
        cancel: "Abbrechen",
    },
    close: CloseTexts {
        title: "Sie können dieses Fenster schließen",
        heading: "Sie können dieses Fenster schließen.",
        connected: "Verbunden",
        go_back: "Kehren Sie zu {client} zurück, um weiterzumachen.",
        go_back_nameless: "Kehren Sie zu Ihrer App zurück, um weiterzumachen.",
        minted: "Sie können den API-Schlüssel der App jederzeit unter Developer › API keys widerrufen.",
        pasted: "Die App verwendet den eingegebenen API-Schlüssel, bis er widerrufen wird.",
        cancelled: "Sie haben abgebrochen, daher wurde nichts verbunden.",
        nothing_happened: "Nichts passiert? {link}",
        open: "{client} öffnen",
        open_nameless: "App öffnen",
    },
    error: ErrorTexts {
        what_to_do: "Was Sie tun können",
        request_id: "Anfrage-ID: {id}",
    },
    problems: ProblemTable {
        expired_request: ProblemTexts {
            title: "Diese Anmeldung ist abgelaufen",
            what_happened: "Diese Anmeldung wurde vor mehr als 10 Minuten begonnen.",
            what_to_do: "Gehen Sie zurück zu Ihrer App und verbinden Sie sie erneut.",
        },
        unknown_client: ProblemTexts {
            title: "Wir kennen diese App nicht",
            what_happened: "Die App, die Sie hierher geschickt hat, ist bei diesem Connector nicht registriert, oder ihre Registrierung gilt nicht mehr.",
            what_to_do: "Gehen Sie zurück zu Ihrer App, entfernen Sie die TokPortal-Verbindung und fügen Sie sie neu hinzu.",
        },
        unregistered_destination: ProblemTexts {
            title: "Wir haben diese Anmeldung gestoppt",
            what_happened: "Die Adresse, zu der Sie weitergeleitet würden, hat diese App nicht bei uns registriert. Vielleicht versucht jemand, in Ihr Konto zu gelangen.",
            what_to_do: "Schließen Sie diese Seite. Wenn Sie selbst begonnen haben, entfernen Sie die TokPortal-Verbindung aus Ihrer App und fügen Sie sie neu hinzu.",
        },
        app_link_not_enabled: ProblemTexts {
            title: "Diese App kann von hier aus nicht geöffnet werden",
            what_happened: "Die App möchte über einen eigenen Link geöffnet werden, und dieser Connector öffnet Links dieser Art nicht. Es wurde nichts verbunden.",
            what_to_do: "Wenn Ihre App auch eine Webadresse oder localhost verwenden kann, wählen Sie das. Sonst bitten Sie die Betreiber dieses Connectors, ihre Links freizugeben, und nennen Sie die Anfrage-ID unten.",
        },
        malformed_request: ProblemTexts {
            title: "Dieser Link ist unvollständig",
            what_happened: "Ein Teil der Adresse, über die Sie hierher gekommen sind, fehlt oder wurde unterwegs verändert.",
            what_to_do: "Gehen Sie zurück zu Ihrer App und verbinden Sie sie erneut.",
        },
        portal_down: ProblemTexts {
            title: "TokPortal antwortet nicht",
            what_happened: "TokPortal war nicht erreichbar, daher wurde nichts verbunden. Es wurden keine Credits ausgegeben.",
            what_to_do: "Warten Sie eine Minute, gehen Sie dann zurück zu Ihrer App und verbinden Sie sie erneut.",
        },
        key_limit_reached: ProblemTexts {
            title: "Sie haben das Limit für API-Schlüssel erreicht",
            what_happened: "Jede verbundene App hat einen eigenen API-Schlüssel, und Ihr Konto kann keine weiteren haben. Es wurde nichts verbunden.",
            what_to_do: "Widerrufen Sie in TokPortal unter Developer › API keys einen Schlüssel, den Sie nicht mehr brauchen. Gehen Sie dann zurück zu Ihrer App und verbinden Sie sie erneut.",
        },
        already_approved: ProblemTexts {
            title: "Sie haben bereits geantwortet",
            what_happened: "Diese Anfrage wurde gerade eben beantwortet, vielleicht in einem anderen Tab. Es wurde nichts ein zweites Mal getan.",
            what_to_do: "Schließen Sie diese Seite und gehen Sie zurück zu Ihrer App. Wenn sie nicht verbunden ist, verbinden Sie sie dort erneut.",
        },
        back_after_approval: ProblemTexts {
            title: "Diese Seite wird nicht mehr gebraucht",
            what_happened: "Diese Anmeldung ist bereits abgeschlossen. An Ihrer Entscheidung hat sich nichts geändert.",
            what_to_do: "Schließen Sie diese Seite und gehen Sie zurück zu Ihrer App. Um anders zu entscheiden, verbinden Sie sie dort erneut.",
        },
        cookies_blocked: ProblemTexts {
            title: "Wir können nicht prüfen, ob Sie es sind",
            what_happened: "Ihr Browser hat das Cookie dieser Anmeldung nicht gesendet. Cookies sind blockiert, oder die Anmeldung wurde in einem anderen Browser begonnen.",
            what_to_do: "Erlauben Sie Cookies für diese Website, gehen Sie zurück zu Ihrer App und verbinden Sie sie in diesem Browser erneut. Das Cookie gilt 10 Minuten.",
        },
        foreign_form: ProblemTexts {
            title: "Wir haben diese Anfrage gestoppt",
            what_happened: "Die Anfrage kam von einer anderen Website, nicht von dieser Seite. Es wurde nichts verbunden.",
            what_to_do: "Schließen Sie diese Seite. Wenn Sie eine App verbinden wollten, verbinden Sie sie von der App aus erneut.",
        },
        wrong_configuration: ProblemTexts {
            title: "Dieser Connector ist nicht richtig eingerichtet",
            what_happened: "Seine Einstellung „{value}“ fehlt oder ist falsch, daher kann sich zurzeit keine App verbinden.",
            what_to_do: "Informieren Sie die Betreiber dieses Connectors und nennen Sie ihnen die Anfrage-ID unten. In ihrem Protokoll steht, was falsch ist.",
        },
        too_many_requests: ProblemTexts {
            title: "Zu viele Anmeldungen auf einmal",
            what_happened: "Aus Ihrem Netzwerk kamen zu viele Anmeldungen, daher wurde diese abgelehnt.",
            what_to_do: "Warten Sie eine Minute, gehen Sie dann zurück zu Ihrer App und verbinden Sie sie erneut.",
        },
        too_many_requests_for_long: ProblemTexts {
            title: "Zu viele Anmeldungen auf einmal",
            what_happened: "Aus Ihrem Netzwerk kamen zu viele Anmeldungen, daher wurde diese abgelehnt.",
            what_to_do: "Warten Sie {value} Minuten, gehen Sie dann zurück zu Ihrer App und verbinden Sie sie erneut.",
        },
        wrong_key: ProblemTexts {
            title: "Dieser API-Schlüssel funktioniert nicht",
            what_happened: "TokPortal akzeptiert diesen API-Schlüssel nicht.",
            what_to_do: "Prüfen Sie, ob Sie ihn vollständig kopiert haben und ob er nicht widerrufen wurde, und geben Sie ihn erneut ein.",
        },
        unexpected: ProblemTexts {
            title: "Bei uns ist etwas schiefgegangen",
            what_happened: "Der Connector konnte diese Anmeldung nicht abschließen. Es wurden keine Credits ausgegeben.",
            what_to_do: "Gehen Sie zurück zu Ihrer App und verbinden Sie sie erneut. Wenn es wieder passiert, informieren Sie die Betreiber dieses Connectors und nennen Sie ihnen die Anfrage-ID unten.",
        },
    },
};
