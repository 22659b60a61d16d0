//! Portuguese, neutral, in the spelling of Brazil.

use super::table::{CloseTexts, ConsentTexts, ErrorTexts, ProblemTable, ProblemTexts, Texts};
use crate::web::language::Language;

pub(super) static TEXTS: Texts = Texts {
    language: Language::Portuguese,
    consent: ConsentTexts {
        asks: "{client} quer usar a sua conta TokPortal.",
        title: "{client} quer usar a sua conta TokPortal",
        title_error: "Erro: {title}",
        nameless: "Um aplicativo sem nome",
        verified: "domínio verificado",
        proven: "comprova a identidade com uma chave",
        unverified: "Não conseguimos verificar quem criou este aplicativo.",
        signed_in_as: "Sessão iniciada como",
        not_you: "Não é você?",
        key_label: "A sua chave de API do TokPortal",
        key_hint: "Crie uma no TokPortal, em Developer › API keys. Digite-a somente aqui, nunca em um chat.",
        go_to_key: "Ir para a chave",
        what_it_may_do: "O que {client} poderá fazer",
        read_only: "Somente leitura",
        read_only_text: "Ver estatísticas, bundles, contas e saldos. Não pode alterar nada nem gastar créditos.",
        full_access: "Acesso total",
        full_access_text: "Tudo o que está acima e também criar, configurar e publicar bundles, enviar mídias e gerenciar webhooks.",
        consumes_credits: "As ações consomem os seus créditos.",
        consumes_credits_of: "As ações consomem os seus créditos (saldo: {balance}).",
        only_read_only: "Somente o acesso de leitura está disponível, porque o endereço informado no aplicativo contém readonly=1.",
        sent_to: "Você será enviado para {destination}",
        this_computer: "um aplicativo neste computador.",
        this_computer_port: "um aplicativo neste computador (porta {port}).",
        app_of_scheme: "um aplicativo neste dispositivo que abre links {scheme}:.",
        started_yourself: "Continue somente se você mesmo acabou de iniciar esta solicitação.",
        full_address: "Endereço completo",
        key_will_be_created: "Será criada uma chave de API chamada {key}. Você pode revogá-la a qualquer momento em Developer › API keys.",
        sealed_token: "O aplicativo recebe um token selado para este conector, nunca a própria chave. Você pode revogar a chave a qualquer momento em Developer › API keys.",
        authorize: "Autorizar",
        cancel: "Cancelar",
    },
    close: CloseTexts {
        title: "Você pode fechar esta janela",
        heading: "Você pode fechar esta janela.",
        connected: "Conectado",
        go_back: "Volte para {client} para continuar.",
        go_back_nameless: "Volte para o seu aplicativo para continuar.",
        minted: "Você pode revogar a chave de API do aplicativo a qualquer momento em Developer › API keys.",
        pasted: "O aplicativo usa a chave de API que você digitou, até que ela seja revogada.",
        cancelled: "Você cancelou, portanto nada foi conectado.",
        nothing_happened: "Não aconteceu nada? {link}",
        open: "Abrir {client}",
        open_nameless: "Abrir o aplicativo",
    },
    error: ErrorTexts {
        what_to_do: "O que fazer",
        request_id: "Id da solicitação: {id}",
    },
    problems: ProblemTable {
        expired_request: ProblemTexts {
            title: "Este início de sessão expirou",
            what_happened: "Este início de sessão começou há mais de 10 minutos.",
            what_to_do: "Volte para o seu aplicativo e conecte-o novamente.",
        },
        unknown_client: ProblemTexts {
            title: "Não conhecemos este aplicativo",
            what_happened: "O aplicativo que enviou você para cá não está registrado neste conector, ou o registro dele não é mais válido.",
            what_to_do: "Volte para o seu aplicativo, remova a conexão com o TokPortal e adicione-a novamente.",
        },
        unregistered_destination: ProblemTexts {
            title: "Interrompemos este início de sessão",
            what_happened: "O endereço para o qual você seria enviado não foi registrado por este aplicativo. Alguém pode estar tentando acessar a sua conta.",
            what_to_do: "Feche esta página. Se você mesmo iniciou esta solicitação, remova a conexão com o TokPortal no seu aplicativo e adicione-a novamente.",
        },
        app_link_not_enabled: ProblemTexts {
            title: "Este aplicativo não pode ser aberto daqui",
            what_happened: "O aplicativo quer ser aberto por um link próprio, e este conector não abre links desse tipo. Nada foi conectado.",
            what_to_do: "Se o seu aplicativo também puder usar um endereço web ou localhost, escolha essa opção. Caso contrário, peça a quem administra este conector que permita os links dele, com o id da solicitação abaixo.",
        },
        malformed_request: ProblemTexts {
            title: "Este link está incompleto",
            what_happened: "Uma parte do endereço que trouxe você até aqui está faltando ou foi alterada no caminho.",
            what_to_do: "Volte para o seu aplicativo e conecte-o novamente.",
        },
        portal_down: ProblemTexts {
            title: "O TokPortal não está respondendo",
            what_happened: "Não foi possível acessar o TokPortal, portanto nada foi conectado. Nenhum crédito foi gasto.",
            what_to_do: "Aguarde um minuto, volte para o seu aplicativo e conecte-o novamente.",
        },
        key_limit_reached: ProblemTexts {
            title: "Você atingiu o limite de chaves de API",
            what_happened: "Cada aplicativo conectado tem a sua própria chave de API, e a sua conta não pode ter mais chaves. Nada foi conectado.",
            what_to_do: "Revogue no TokPortal, em Developer › API keys, uma chave que você não usa mais. Depois volte para o seu aplicativo e conecte-o novamente.",
        },
        already_approved: ProblemTexts {
            title: "Você já respondeu",
            what_happened: "Esta solicitação foi respondida há pouco, talvez em outra aba. Nada foi feito uma segunda vez.",
            what_to_do: "Feche esta página e volte para o seu aplicativo. Se ele não estiver conectado, conecte-o novamente por lá.",
        },
        back_after_approval: ProblemTexts {
            title: "Esta página não está mais em uso",
            what_happened: "Este início de sessão já terminou. A sua decisão não mudou.",
            what_to_do: "Feche esta página e volte para o seu aplicativo. Para mudar a sua decisão, conecte-o novamente por lá.",
        },
        cookies_blocked: ProblemTexts {
            title: "Não podemos confirmar que é você",
            what_happened: "O seu navegador não enviou o cookie deste início de sessão. Os cookies estão bloqueados, ou ele começou em outro navegador.",
            what_to_do: "Permita os cookies deste site, volte para o seu aplicativo e conecte-o novamente neste navegador. O cookie expira após 10 minutos.",
        },
        foreign_form: ProblemTexts {
            title: "Interrompemos esta solicitação",
            what_happened: "A solicitação veio de outro site, e não desta página. Nada foi conectado.",
            what_to_do: "Feche esta página. Se você queria conectar um aplicativo, tente novamente a partir do aplicativo.",
        },
        wrong_configuration: ProblemTexts {
            title: "Este conector não está configurado corretamente",
            what_happened: "A configuração “{value}” está faltando ou está incorreta, portanto nenhum aplicativo pode se conectar no momento.",
            what_to_do: "Avise as pessoas que administram este conector e informe o id da solicitação abaixo. O registro delas diz o que está errado.",
        },
        too_many_requests: ProblemTexts {
            title: "Muitos inícios de sessão ao mesmo tempo",
            what_happened: "Muitos inícios de sessão vieram da sua rede, portanto este foi recusado.",
            what_to_do: "Aguarde um minuto, volte para o seu aplicativo e conecte-o novamente.",
        },
        too_many_requests_for_long: ProblemTexts {
            title: "Muitos inícios de sessão ao mesmo tempo",
            what_happened: "Muitos inícios de sessão vieram da sua rede, portanto este foi recusado.",
            what_to_do: "Aguarde {value} minutos, volte para o seu aplicativo e conecte-o novamente.",
        },
        wrong_key: ProblemTexts {
            title: "Esta chave de API não funciona",
            what_happened: "O TokPortal não aceita esta chave de API.",
            what_to_do: "Verifique se você a copiou por inteiro e se ela não foi revogada, e digite-a novamente.",
        },
        unexpected: ProblemTexts {
            title: "Algo deu errado do nosso lado",
            what_happened: "O conector não conseguiu concluir este início de sessão. Nenhum crédito foi gasto.",
            what_to_do: "Volte para o seu aplicativo e conecte-o novamente. Se acontecer de novo, avise as pessoas que administram este conector e informe o id da solicitação abaixo.",
        },
    },
};
