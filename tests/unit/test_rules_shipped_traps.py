"""Sentences that look like a category and are not: each must stay out of it. Touches the disk."""

from __future__ import annotations

import pytest

from tests.unit.rules_shipped import chosen

NOT_IN = {
    "Bugs": (
        "We do not work on Sundays.",
        "Our office does not open on Sundays.",
        "Monday does not work for us, is Tuesday fine?",
        "Can you offer a crash course for my colleagues?",
        "I need the report broken down by month.",
        "I made an error in my order, please change it to five licences.",
        "Nosso escritório não funciona aos sábados.",
        "Não consigo entrar em contato com vocês por telefone.",
        "Foi um erro meu, peço desculpa.",
        "A loja nao abre no domingo.",
    ),
    "Churn": (
        "The cancel button does not work.",
        "The “cancel my subscription” link in your mail is hard to find.",
        "Please cancel our meeting on Friday.",
        "The certificate did not renew automatically.",
        "How do I switch to another plan?",
        "I could not stop the timer.",
        "O botão cancelar assinatura não funciona.",
        "Preciso cancelar a reunião de amanhã.",
        "Não consigo renovar minha assinatura.",
        "Quero migrar para outro plano.",
    ),
    "Feature requests": (
        "It would be great if you could call me back.",
        "I would like to have a call next week.",
        "Would be nice to see you at the fair.",
        "Please add my VAT number to the invoice.",
        "Seria ótimo se pudéssemos marcar uma reunião.",
        "Gostaria de ter um orçamento.",
        "Pedido de orçamento",
        "Podem adicionar o NIF na fatura?",
    ),
    "Onboarding": (
        "The new version looks nice.",
        "We are new York based.",
        "Please add Ana to the invoice recipients.",
        "Comprei dois bilhetes novos.",
    ),
    "User education": (
        "How are you?",
        "How about Tuesday?",
        "How much does it cost?",
        "How can we help?",
        "How do I contact your sales people?",
        "Como combinado, segue o contrato.",
        "Como vai?",
        "Onde fica o escritório de vocês?",
    ),
    "Power users": (
        "We are an automation company in Porto.",
        "Rapid answers, thank you!",
        "Our therapist likes your product.",
        "Vendemos peças em lote.",
    ),
}


@pytest.mark.parametrize(
    ("category", "text"), [(category, text) for category, texts in NOT_IN.items() for text in texts]
)
def test_a_sentence_that_only_looks_like_it_stays_out(category: str, text: str) -> None:
    assert chosen(text).category != category


@pytest.mark.parametrize(
    "text",
    [
        "The price is down, nice!",
        "The site is down to its last two editors.",
        "Your service was down yesterday, all is fine now.",
        "I broke down in tears of joy.",
        "Ontem o site ficou lento, mas já voltou.",
        "O preço caiu muito.",
        "Moro fora e o ar aqui é bom.",
        "Thank you, all is fine.",
        "Obrigado, tudo certo!",
    ],
)
def test_what_is_no_outage_is_not_urgent(text: str) -> None:
    choices = chosen(text)
    assert (choices.priority, choices.acknowledge) == (None, None)


@pytest.mark.parametrize(
    "text", ["Thank you very much!", "Segue em anexo o comprovante.", "", "Invoice 2026-118", "??"]
)
def test_what_fits_nothing_is_left_to_the_project(text: str) -> None:
    assert chosen(text).category is None
