//! The clients of PostgreSQL.

#[cfg(feature = "sqlx")]
mod sqlx;
#[cfg(feature = "tokio-postgres")]
mod tokio_postgres;

#[cfg(feature = "sqlx")]
pub use self::sqlx::Sqlx;
#[cfg(feature = "tokio-postgres")]
pub use self::tokio_postgres::TokioPostgres;
