//! Payment events to play with.

use std::time::SystemTime;

use crate::events::com::example::common::Money;
use crate::events::com::example::payments::payment_authorized::{BankTransfer, Card, Method};
use crate::events::com::example::payments::payment_refused::Reason;
use crate::events::com::example::payments::{Payment, PaymentAuthorized, PaymentRefused, PaymentsEventsV1};
use crate::ledger::{BANK_BUSY, BANK_CLOSED};

/// `count` events of `accounts` accounts in turn, ids rising, also from run to run. Every 10th is a refusal, every 55th
/// fails once, every 125th always, every 145th has no method.
pub fn payments(run: u64, count: usize, accounts: usize) -> impl Iterator<Item = PaymentsEventsV1> {
    (1..=count).map(move |number| {
        let account = format!("account-{:02}", number % accounts);
        let id = format!("{run}-{number:06}");
        if number % 10 == 0 {
            return PaymentsEventsV1::PaymentRefused(refused(&id, &account));
        }
        let mut event = authorized(&id, &account);
        if number % 145 == 0 {
            event.method = None;
        } else if number % 125 == 0 {
            note(&mut event, BANK_CLOSED);
        } else if number % 55 == 0 {
            note(&mut event, BANK_BUSY);
        }
        PaymentsEventsV1::PaymentAuthorized(event)
    })
}

/// One payment that is handled without trouble.
pub fn authorized(id: &str, account: &str) -> PaymentAuthorized {
    let method = if id.len().is_multiple_of(2) {
        Method::Card(Card { network: "visa".to_owned(), last_four: "4242".to_owned() })
    } else {
        Method::BankTransfer(BankTransfer { iban: "DE89370400440532013000".to_owned() })
    };
    PaymentAuthorized {
        payment: Some(payment(id, account)),
        authorized_at: Some(SystemTime::now().into()),
        method: Some(method),
    }
}

/// One payment that did not go through.
pub fn refused(id: &str, account: &str) -> PaymentRefused {
    PaymentRefused {
        payment: Some(payment(id, account)),
        reason: Reason::InsufficientFunds.into(),
        refused_at: Some(SystemTime::now().into()),
    }
}

/// Puts a note on a payment.
pub fn note(event: &mut PaymentAuthorized, text: &str) {
    if let Some(payment) = &mut event.payment {
        payment.note = Some(text.to_owned());
    }
}

fn payment(id: &str, account: &str) -> Payment {
    Payment {
        id: id.to_owned(),
        account_id: account.to_owned(),
        amount: Some(Money { currency: "EUR".to_owned(), minor_units: 1_995 }),
        note: None,
    }
}
