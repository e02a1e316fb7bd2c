//! How plans travel, where Ballista does not say: small tables held in memory, and functions that whoever reads has not.

use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::catalog::TableProvider;
use datafusion::common::{TableReference, exec_err};
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{
    ColumnarValue, Extension, LogicalPlan, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use std::any::Any;
use std::sync::Arc;

/// Plans as they go from the client to the scheduler: what is known of agencies goes with them, as Arrow's stream.
#[derive(Debug, Default)]
pub(crate) struct Logical(BallistaLogicalExtensionCodec);

impl LogicalExtensionCodec for Logical {
    fn try_decode(&self, buf: &[u8], inputs: &[LogicalPlan], ctx: &TaskContext) -> Result<Extension, DataFusionError> {
        self.0.try_decode(buf, inputs, ctx)
    }

    fn try_encode(&self, node: &Extension, buf: &mut Vec<u8>) -> Result<(), DataFusionError> {
        self.0.try_encode(node, buf)
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        _: &TableReference,
        schema: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>, DataFusionError> {
        let batches = StreamReader::try_new(buf, None)?.collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(MemTable::try_new(schema, vec![batches])?))
    }

    fn try_encode_table_provider(
        &self,
        name: &TableReference,
        node: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<(), DataFusionError> {
        let Some(table) = (node.as_ref() as &dyn Any).downcast_ref::<MemTable>() else {
            return exec_err!("{name}: expected a table of files or one in memory, found another");
        };
        let mut writer = StreamWriter::try_new(buf, &table.schema())?;
        for part in &table.batches {
            // Nobody writes to it once it is asked.
            let Ok(batches) = part.try_read() else { return exec_err!("{name}: expected a table that is whole, found one being written") };
            for batch in batches.iter() {
                writer.write(batch)?;
            }
        }
        Ok(writer.finish()?)
    }

    /// Is asked where the scheduler has no function of that name.
    fn try_decode_udf(&self, name: &str, _: &[u8]) -> Result<Arc<ScalarUDF>, DataFusionError> {
        exec_err!("the scheduler refuses: expected a function `{name}`, as whoever asks has, found none")
    }
}

/// Plans as they go from the scheduler to executors.
#[derive(Debug, Default)]
pub(crate) struct Physical(BallistaPhysicalExtensionCodec);

impl PhysicalExtensionCodec for Physical {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        ctx: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        self.0.try_decode(buf, inputs, ctx, converter)
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<(), DataFusionError> {
        self.0.try_encode(node, buf, converter)
    }

    /// Is asked where an executor has no function of that name. A task that cannot be read fails without a word to the client;
    /// one that fails when it runs says why.
    fn try_decode_udf(&self, name: &str, _: &[u8]) -> Result<Arc<ScalarUDF>, DataFusionError> {
        Ok(Arc::new(ScalarUDF::from(Missing { name: name.to_owned(), signature: Signature::variadic_any(Volatility::Volatile) })))
    }
}

/// Stands for a function that is not there.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Missing {
    name: String,
    signature: Signature,
}

impl Missing {
    fn refuse<T>(&self) -> Result<T, DataFusionError> {
        exec_err!("the executor refuses: expected a function `{}`, as the scheduler has, found none", self.name)
    }
}

impl ScalarUDFImpl for Missing {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        self.refuse()
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        self.refuse()
    }
}
