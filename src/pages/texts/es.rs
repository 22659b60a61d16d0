//! Spanish, neutral, with "usted".

use super::table::{CloseTexts, ConsentTexts, ErrorTexts, ProblemTable, ProblemTexts, Texts};
use crate::web::language::Language;

pub(super) static TEXTS: Texts = Texts {
    language: Language::Spanish,
    consent: ConsentTexts {
        asks: "{client} quiere usar su cuenta de TokPortal.",
        title: "{client} quiere usar su cuenta de TokPortal",
        title_error: "Error en el formulario: {title}",
        nameless: "Una aplicación sin nombre",
        verified: "dominio verificado",
        proven: "demuestra su identidad con una clave",
        unverified: "No pudimos verificar quién creó esta aplicación.",
        signed_in_as: "Sesión iniciada como",
        not_you: "¿No es usted?",
        key_label: "Su clave de API de TokPortal",
        key_hint: "Cree una en TokPortal, en Developer › API keys. Introdúzcala solo aquí, nunca en un chat.",
        go_to_key: "Ir a la clave",
        what_it_may_do: "Qué podrá hacer {client}",
        read_only: "Solo lectura",
        read_only_text: "Ver estadísticas, bundles, cuentas y saldos. No puede cambiar nada ni gastar créditos.",
        full_access: "Acceso completo",
        full_access_text: "Todo lo anterior y, además, crear, configurar y publicar bundles, subir archivos y gestionar webhooks.",
        consumes_credits: "Las acciones consumen sus créditos.",
        consumes_credits_of: "Las acciones consumen sus créditos (saldo: {balance}).",
        only_read_only: "Solo está disponible el acceso de lectura, porque la dirección indicada en la aplicación contiene readonly=1.",
        sent_to: "Será enviado a {destination}",
        this_computer: "una aplicación en este equipo.",
        this_computer_port: "una aplicación en este equipo (puerto {port}).",
        app_of_scheme: "una aplicación en este dispositivo que abre enlaces {scheme}:.",
        started_yourself: "Continúe solo si usted mismo acaba de iniciar esta solicitud.",
        full_address: "Dirección completa",
        key_will_be_created: "Se creará una clave de API llamada {key}. Puede revocarla en cualquier momento en Developer › API keys.",
        sealed_token: "La aplicación recibe un token sellado para este conector, nunca la clave. Puede revocar la clave en cualquier momento en Developer › API keys.",
        authorize: "Autorizar",
        cancel: "Cancelar",
    },
    close: CloseTexts {
        title: "Puede cerrar esta ventana",
        heading: "Puede cerrar esta ventana.",
        connected: "Conexión establecida",
        go_back: "Vuelva a {client} para continuar.",
        go_back_nameless: "Vuelva a su aplicación para continuar.",
        minted: "Puede revocar la clave de API de la aplicación en cualquier momento en Developer › API keys.",
        pasted: "La aplicación usa la clave de API que usted introdujo, hasta que se revoque.",
        cancelled: "Usted canceló, así que no se conectó nada.",
        nothing_happened: "¿No pasa nada? {link}",
        open: "Abrir {client}",
        open_nameless: "Abrir la aplicación",
    },
    error: ErrorTexts {
        what_to_do: "Qué hacer",
        request_id: "Id. de la solicitud: {id}",
    },
    problems: ProblemTable {
        expired_request: ProblemTexts {
            title: "Este inicio de sesión ha caducado",
            what_happened: "Este inicio de sesión comenzó hace más de 10 minutos.",
            what_to_do: "Vuelva a su aplicación y conéctela de nuevo.",
        },
        unknown_client: ProblemTexts {
            title: "No conocemos esta aplicación",
            what_happened: "La aplicación que lo envió aquí no está registrada en este conector, o su registro ya no es válido.",
            what_to_do: "Vuelva a su aplicación, elimine la conexión con TokPortal y añádala de nuevo.",
        },
        unregistered_destination: ProblemTexts {
            title: "Hemos detenido este inicio de sesión",
            what_happened: "Esta aplicación no registró la dirección a la que se le enviaría. Es posible que alguien intente acceder a su cuenta.",
            what_to_do: "Cierre esta página. Si usted mismo inició esta solicitud, elimine la conexión con TokPortal en su aplicación y añádala de nuevo.",
        },
        app_link_not_enabled: ProblemTexts {
            title: "Esta aplicación no se puede abrir desde aquí",
            what_happened: "La aplicación quiere abrirse mediante un enlace propio, y este conector no abre enlaces de ese tipo. No se ha conectado nada.",
            what_to_do: "Si su aplicación también puede usar una dirección web o localhost, elija esa opción. Si no, pida a quienes administran este conector que permitan sus enlaces, con el id. de la solicitud que figura abajo.",
        },
        malformed_request: ProblemTexts {
            title: "Este enlace está incompleto",
            what_happened: "Falta una parte de la dirección que lo trajo aquí, o se modificó por el camino.",
            what_to_do: "Vuelva a su aplicación y conéctela de nuevo.",
        },
        portal_down: ProblemTexts {
            title: "TokPortal no responde",
            what_happened: "No se pudo contactar con TokPortal, así que no se conectó nada. No se gastaron créditos.",
            what_to_do: "Espere un minuto, vuelva a su aplicación y conéctela de nuevo.",
        },
        key_limit_reached: ProblemTexts {
            title: "Ha alcanzado el límite de claves de API",
            what_happened: "Cada aplicación conectada tiene su propia clave de API, y su cuenta no puede tener más. No se conectó nada.",
            what_to_do: "Revoque en TokPortal, en Developer › API keys, una clave que ya no use. Después vuelva a su aplicación y conéctela de nuevo.",
        },
        already_approved: ProblemTexts {
            title: "Ya ha respondido",
            what_happened: "Esta solicitud se respondió hace un momento, quizá en otra pestaña. No se hizo nada por segunda vez.",
            what_to_do: "Cierre esta página y vuelva a su aplicación. Si no está conectada, conéctela de nuevo desde allí.",
        },
        back_after_approval: ProblemTexts {
            title: "Esta página ya no está en uso",
            what_happened: "Este inicio de sesión ya ha terminado. Su decisión no ha cambiado.",
            what_to_do: "Cierre esta página y vuelva a su aplicación. Para cambiar su decisión, conéctela de nuevo desde allí.",
        },
        cookies_blocked: ProblemTexts {
            title: "No podemos confirmar que es usted",
            what_happened: "Su navegador no envió la cookie de este inicio de sesión. Las cookies están bloqueadas, o comenzó en otro navegador.",
            what_to_do: "Permita las cookies de este sitio, vuelva a su aplicación y conéctela de nuevo en este navegador. La cookie caduca a los 10 minutos.",
        },
        foreign_form: ProblemTexts {
            title: "Hemos detenido esta solicitud",
            what_happened: "La solicitud llegó desde otro sitio web, no desde esta página. No se conectó nada.",
            what_to_do: "Cierre esta página. Si quería conectar una aplicación, vuelva a intentarlo desde la aplicación.",
        },
        wrong_configuration: ProblemTexts {
            title: "Este conector no está bien configurado",
            what_happened: "Su ajuste «{value}» falta o es incorrecto, así que ninguna aplicación puede conectarse por ahora.",
            what_to_do: "Avise a quienes administran este conector e indíqueles el id. de la solicitud que aparece abajo. Su registro dice cuál es el problema.",
        },
        too_many_requests: ProblemTexts {
            title: "Demasiados inicios de sesión a la vez",
            what_happened: "Llegaron demasiados inicios de sesión desde su red, así que este se rechazó.",
            what_to_do: "Espere un minuto, vuelva a su aplicación y conéctela de nuevo.",
        },
        too_many_requests_for_long: ProblemTexts {
            title: "Demasiados inicios de sesión a la vez",
            what_happened: "Llegaron demasiados inicios de sesión desde su red, así que este se rechazó.",
            what_to_do: "Espere {value} minutos, vuelva a su aplicación y conéctela de nuevo.",
        },
        wrong_key: ProblemTexts {
            title: "Esta clave de API no funciona",
            what_happened: "TokPortal no acepta esta clave de API.",
            what_to_do: "Compruebe que la copió completa y que no está revocada, e introdúzcala de nuevo.",
        },
        unexpected: ProblemTexts {
            title: "Algo falló por nuestra parte",
            what_happened: "El conector no pudo terminar este inicio de sesión. No se gastaron créditos.",
            what_to_do: "Vuelva a su aplicación y conéctela de nuevo. Si se repite, avise a quienes administran este conector e indíqueles el id. de la solicitud que aparece abajo.",
        },
    },
};
