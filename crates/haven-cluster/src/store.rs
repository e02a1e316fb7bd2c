//! Stores that speak as S3 does, by the credentials of the machine that asks.

use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use object_store::ClientConfigKey;
use object_store::RetryConfig;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::memory::InMemory;
use std::sync::Arc;
use std::time::Duration;

const SCHEME: &str = "s3://";
/// How often a question is asked once more, and for how long.
const RETRIES: usize = 3;
const RETRY: Duration = Duration::from_secs(30);

/// The bucket of an address, `s3://bucket`; nothing where it is a folder.
pub(crate) fn of(address: &str) -> Option<String> {
    let rest = address.strip_prefix(SCHEME)?;
    Some(format!("{SCHEME}{}", rest.split('/').next().unwrap_or(rest)))
}

/// Makes a bucket known to an engine. The environment says who asks, and where: `AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`, `AWS_ENDPOINT_URL`, `AWS_ALLOW_HTTP`, `AWS_SKIP_SIGNATURE`.
///
/// # Errors
/// Settings that cannot be right, without what they are.
pub(crate) fn open(runtime: &RuntimeEnv, bucket: &str) -> Result<(), DataFusionError> {
    let Some(name) = bucket.strip_prefix(SCHEME) else { return Ok(()) };
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(name);
    let known = |key: AmazonS3ConfigKey| builder.get_config_value(&key).is_some();
    let credentials = known(AmazonS3ConfigKey::AccessKeyId)
        || known(AmazonS3ConfigKey::WebIdentityTokenFile)
        || known(AmazonS3ConfigKey::ContainerCredentialsRelativeUri)
        || known(AmazonS3ConfigKey::ContainerCredentialsFullUri)
        || builder.get_config_value(&AmazonS3ConfigKey::SkipSignature).is_some_and(|value| value == "true");
    if !credentials {
        let expected = "expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true for a public bucket";
        return Err(DataFusionError::Execution(format!("{bucket}: {expected}, found neither")));
    }
    for (key, seconds) in [(ClientConfigKey::ConnectTimeout, "5 seconds"), (ClientConfigKey::Timeout, "30 seconds")] {
        builder = builder.with_config(AmazonS3ConfigKey::Client(key), seconds);
    }
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY, ..RetryConfig::default() };
    // What the client says of settings may repeat them.
    let store = builder.with_retry(retry).build().map_err(|_| {
        DataFusionError::Execution(format!("{bucket}: expected settings AWS_… that a store's client can be made of, found others"))
    })?;
    runtime.register_object_store(ObjectStoreUrl::parse(bucket)?.as_ref(), Arc::new(store));
    Ok(())
}

/// Makes a bucket known of which nothing can be read, where whoever would read it is refused anyway.
pub(crate) fn shut(runtime: &RuntimeEnv, bucket: &str) -> Result<(), DataFusionError> {
    runtime.register_object_store(ObjectStoreUrl::parse(bucket)?.as_ref(), Arc::new(InMemory::new()));
    Ok(())
}
