"""The six categories as shipped, in Portuguese of both shores, with and without accents. Touches the disk."""

from __future__ import annotations

import unicodedata

import pytest

from tests.unit.rules_shipped import chosen

SAMPLES = {
    "Bugs": (
        "O botão de exportar não funciona desde ontem.",
        "Quando abro a fatura aparece uma mensagem de erro.",
        "O aplicativo trava toda vez que escolho uma data.",
        "Não consigo entrar no sistema com a minha senha.",
        "A página não carrega no telemóvel.",
        "Depois da atualização a sincronização parou de funcionar.",
        "Acho que encontrei um bug na agenda.",
        "O botão de cancelar assinatura não responde.",
        "Os pedidos de outubro desapareceram da lista.",
    ),
    "Feature requests": (
        "Seria ótimo se houvesse um tema escuro.",
        "Poderiam adicionar uma opção de ordenar por cliente?",
        "Tenho uma sugestão de melhoria para as listas.",
        "Gostaria de ter uma visão de calendário, gostaria de ver mais cores.",
        "Sinto falta de um filtro por data.",
        "Vocês planejam lançar uma versão para tablet?",
        "Seria interessante poder fixar um ticket no topo.",
        "Pedido de nova funcionalidade: avatares nas listas.",
    ),
    "Churn": (
        "Quero cancelar minha assinatura no fim do mês.",
        "Decidimos não renovar o contrato.",
        "Solicito o cancelamento do meu plano.",
        "Vamos migrar para outro fornecedor em janeiro.",
        "Não vamos renovar a licença no próximo ano.",
        "Por favor, quero encerrar a minha conta.",
        "Quero meu dinheiro de volta.",
        "Vamos deixar de usar o vosso serviço.",
        "Gostaria de anular a minha subscrição.",
    ),
    "Onboarding": (
        "Acabamos de contratar o plano e queremos saber o próximo passo.",
        "Somos clientes novos e temos algumas perguntas.",
        "Por onde começo?",
        "Preciso configurar a minha conta para toda a empresa.",
        "Não recebi o link de ativação.",
        "Como faço para convidar a minha equipe?",
        "Queremos importar os nossos clientes da planilha antiga.",
        "Quais são os primeiros passos?",
    ),
    "User education": (
        "Como faço para mudar o idioma?",
        "Onde encontro a lista de tickets fechados?",
        "Existe alguma forma de imprimir a lista inteira?",
        "É possível ordenar os tickets por data?",
        "Qual é a diferença entre tarefa e ticket?",
        "O que significa o triângulo amarelo?",
        "Podem me explicar como usar os lembretes?",
        "Tenho uma dúvida sobre as etiquetas.",
    ),
    "Power users": (
        "Quais permissões precisa uma chave da API?",
        "Os webhooks são repetidos quando o nosso servidor demora?",
        "Queremos ligar o SSO ao nosso diretório.",
        "Preciso editar as datas de 400 tickets em massa.",
        "Estamos automatizando a distribuição com scripts em Python.",
        "Qual é o limite de requisições por minuto?",
        "Preciso de filtros avançados com várias condições.",
        "Há uma lista de atalhos de teclado?",
    ),
}
CASES = [(category, text) for category, texts in SAMPLES.items() for text in texts]


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@pytest.mark.parametrize(("category", "text"), CASES)
def test_a_plain_sentence_finds_its_category(category: str, text: str) -> None:
    assert chosen(text).category == category


@pytest.mark.parametrize(("category", "text"), CASES)
def test_accents_make_no_difference(category: str, text: str) -> None:
    assert chosen(without_accents(text)).category == category
    assert chosen(unicodedata.normalize("NFD", text)).category == category


@pytest.mark.parametrize(
    "text",
    [
        "O nosso site está fora do ar!",
        "O sistema está totalmente fora do ar desde as nove.",
        "A plataforma caiu, ninguém consegue acessar.",
        "O serviço está indisponível.",
        "Tudo está fora do ar por aqui.",
        "ninguem consegue entrar, esta fora do ar",
    ],
)
def test_an_outage_is_urgent_and_has_an_acknowledgement_of_its_own(text: str) -> None:
    choices = chosen(text)
    assert (choices.category, choices.priority, choices.acknowledge) == ("Bugs", "Urgent", "ack-urgent")
