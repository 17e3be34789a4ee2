//! Every RPC that takes a token, and what it puts out beside its answer: errors.

use audient::pb::batch_introspect_result::Result as OfBatch;
use audient::pb::introspection_service_client::IntrospectionServiceClient;
use audient::pb::stream_introspect_response::Result as OfStream;
use audient::pb::{BatchIntrospectRequest, IntrospectRequest, StreamIntrospectRequest};
use tonic::transport::Channel;

use crate::outputs::Outputs;
use crate::service::{Service, in_time};

/// Audience and token.
pub type Question = (String, String);

/// Questions of one Batch.
const BATCH: usize = 256;

/// By Introspect and Explain. Whether it is active.
pub async fn singly(service: &Service, question: &Question, outputs: &mut Outputs) -> bool {
    let (audience, token) = question;
    if let Err(status) = service.explain(audience, token).await {
        outputs.add(&format!("{status:?}"));
    }
    match service.ask(audience, token).await {
        Ok(answer) => answer.active(),
        Err(status) => {
            outputs.add(&format!("{status:?}"));
            false
        }
    }
}

/// By Batch and Stream.
pub async fn together(
    client: &IntrospectionServiceClient<Channel>,
    questions: &[Question],
    outputs: &mut Outputs,
) {
    let requests: Vec<_> = (questions.iter())
        .map(|(audience, token)| IntrospectRequest {
            token: token.clone(),
            audience: audience.clone(),
            ..IntrospectRequest::default()
        })
        .collect();
    for several in requests.chunks(BATCH) {
        let batch = BatchIntrospectRequest {
            requests: several.into(),
        };
        let answer = in_time(client.clone().batch_introspect(batch))
            .await
            .unwrap();
        for one in answer.into_inner().results {
            if let Some(OfBatch::Error(error)) = one.result {
                outputs.add(&format!("{error:?}"));
            }
        }
    }
    let asked: Vec<_> = (0..)
        .zip(requests)
        .map(|(id, request)| StreamIntrospectRequest {
            id,
            request: Some(request),
            timeout: None,
        })
        .collect();
    let asked = tokio_stream::iter(asked);
    let answers = in_time(client.clone().stream_introspect(asked))
        .await
        .unwrap();
    let mut answers = answers.into_inner();
    let mut count = 0;
    while let Some(answer) = in_time(answers.message()).await.unwrap() {
        count += 1;
        if let Some(OfStream::Error(error)) = answer.result {
            outputs.add(&format!("{error:?}"));
        }
    }
    assert_eq!(count, questions.len());
}
