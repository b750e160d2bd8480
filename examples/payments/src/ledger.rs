//! The handler: what this service does with payments.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use eventgen::{Delivery, HandlerError};

use crate::events::com::example::payments::{PaymentAuthorized, PaymentRefused, PaymentsEventsV1Handler};

/// A payment with this note fails at its first attempt: a bank that answers a moment later.
pub const BANK_BUSY: &str = "bank busy";
/// A payment with this note fails at every attempt.
pub const BANK_CLOSED: &str = "bank closed";

/// Books payments. Clones share the accounts.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    accounts: Arc<Mutex<Accounts>>,
}

/// What was booked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The ids of each account's payments, authorized or refused, in the order of handling.
    pub payments: BTreeMap<String, Vec<String>>,
    /// Refused payments by reason.
    pub refused: BTreeMap<&'static str, usize>,
    /// How many payments needed another attempt and then went through.
    pub recovered: usize,
}

impl Accounts {
    /// Whether each account's payments were handled with rising ids.
    pub fn is_in_order(&self) -> bool {
        self.payments.values().all(|payments| payments.is_sorted())
    }
}

impl Ledger {
    /// The accounts as they are now.
    pub fn accounts(&self) -> Accounts {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn book(&self, account: String, payment: String, note: impl FnOnce(&mut Accounts)) {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.payments.entry(account).or_default().push(payment);
        note(&mut accounts);
    }
}

impl PaymentsEventsV1Handler for Ledger {
    async fn payment_authorized(
        &self,
        event: PaymentAuthorized,
        delivery: &Delivery,
    ) -> Result<(), HandlerError> {
        // Every message may be absent in Protobuf: a service says which it cannot do without.
        let payment = event.payment.ok_or_else(|| HandlerError::reject("an event without a payment"))?;
        if event.method.is_none() {
            return Err(HandlerError::reject("a payment without a method"));
        }
        match payment.note.as_deref() {
            Some(BANK_BUSY) if delivery.attempt == 1 => return Err(HandlerError::retry("the bank is busy")),
            Some(BANK_CLOSED) => return Err(HandlerError::retry("the bank is closed")),
            _ => {}
        }
        self.book(payment.account_id, payment.id, |accounts| {
            accounts.recovered += usize::from(delivery.attempt > 1);
        });
        Ok(())
    }

    async fn payment_refused(&self, event: PaymentRefused, _: &Delivery) -> Result<(), HandlerError> {
        let reason = event.reason().as_str_name();
        let payment = event.payment.ok_or_else(|| HandlerError::reject("an event without a payment"))?;
        self.book(payment.account_id, payment.id, |accounts| {
            *accounts.refused.entry(reason).or_default() += 1;
        });
        Ok(())
    }
}
