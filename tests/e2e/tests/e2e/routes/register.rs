//! `POST /register` on an empty store.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use futures::future::join_all;
use tokportal_emulator::people::PEOPLE;

/// The sealing secret does not exist yet, and each registration needs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_48_registrations_at_once_share_one_secret() {
    for _ in 0..3 {
        let app = Running::start().await;
        let clients = join_all((0..48).map(|_| OAuthClient::register(&app, "First"))).await;
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        for client in [&clients[0], &clients[47]] {
            client.consent_page(&browser).await;
        }
    }
}
