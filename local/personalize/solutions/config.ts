import { z } from 'zod';
import { Arn, atMost, HyperParameters } from '../protocol/constraints.ts';

const Parameter = z.string().max(256);
const DatasetName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z_]+$/);
const ColumnName = z
  .string()
  .max(150)
  .regex(/^[A-Za-z_][A-Za-z\d_]*$/);
const Columns = atMost(3, z.record(DatasetName, z.array(ColumnName).max(50)));
export const TrainingDataConfig = z.object({
  excludedDatasetColumns: Columns.optional(),
  includedDatasetColumns: Columns.optional(),
});

const Ranges = z.object({
  integerHyperParameterRanges: z
    .array(
      z.object({
        name: Parameter.optional(),
        minValue: z.int().min(-1_000_000).optional(),
        maxValue: z.int().max(1_000_000).optional(),
      }),
    )
    .max(100)
    .optional(),
  continuousHyperParameterRanges: z
    .array(
      z.object({
        name: Parameter.optional(),
        minValue: z.number().min(-1_000_000).optional(),
        maxValue: z.number().min(-1_000_000).optional(),
      }),
    )
    .max(100)
    .optional(),
  categoricalHyperParameterRanges: z
    .array(
      z.object({ name: Parameter.optional(), values: z.array(z.string().max(1000)).max(100).optional() }),
    )
    .max(100)
    .optional(),
});

const HpoConfig = z.object({
  hpoObjective: z
    .object({
      type: Parameter.optional(),
      metricName: Parameter.optional(),
      metricRegex: Parameter.optional(),
    })
    .optional(),
  hpoResourceConfig: z
    .object({ maxNumberOfTrainingJobs: Parameter.optional(), maxParallelTrainingJobs: Parameter.optional() })
    .optional(),
  algorithmHyperParameterRanges: Ranges.optional(),
});

export const EventsConfig = z.object({
  eventParametersList: z
    .array(
      z.object({
        eventType: z.string().max(256).optional(),
        eventValueThreshold: z.number().optional(),
        weight: z.number().min(0).max(1).optional(),
      }),
    )
    .max(10)
    .optional(),
});

export const AutoTrainingConfig = z.object({
  schedulingExpression: z
    .string()
    .min(1)
    .max(16)
    .regex(/^(?:rate\(\d+ days?\))$/u)
    .optional(),
});

/** Kept and shown as given. The stand-in acts on `eventValueThreshold` and on events' types; see training/. */
export const SolutionConfig = z.object({
  eventValueThreshold: Parameter.optional(),
  hpoConfig: HpoConfig.optional(),
  algorithmHyperParameters: HyperParameters.optional(),
  featureTransformationParameters: HyperParameters.optional(),
  autoMLConfig: z
    .object({ metricName: Parameter.optional(), recipeList: z.array(Arn).max(100).optional() })
    .optional(),
  eventsConfig: EventsConfig.optional(),
  optimizationObjective: z
    .object({
      itemAttribute: z.string().min(1).max(150).optional(),
      objectiveSensitivity: z.enum(['LOW', 'MEDIUM', 'HIGH', 'OFF']).optional(),
    })
    .optional(),
  trainingDataConfig: TrainingDataConfig.optional(),
  autoTrainingConfig: AutoTrainingConfig.optional(),
});
