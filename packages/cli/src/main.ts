import { Command } from 'commander';
import { checkout } from './checkout.ts';
import { runProgram } from './conduct/run.ts';
import { readConduct } from './config.ts';
import { addAblate } from './verbs/ablate.ts';
import { addAugment } from './verbs/augment.ts';
import { addDemo } from './verbs/demo.ts';
import { addDlq } from './verbs/dlq.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addDown } from './verbs/down.ts';
import { addExport } from './verbs/export.ts';
import { addFolds } from './verbs/folds.ts';
import { addForget } from './verbs/forget.ts';
import { addLeakCheck } from './verbs/leak-check.ts';
import { addLedger } from './verbs/ledger.ts';
import { addMaintain } from './verbs/maintain.ts';
import { addMask } from './verbs/mask.ts';
import { addModels } from './verbs/models.ts';
import { addOk } from './verbs/ok.ts';
import { addPipeline } from './verbs/pipeline.ts';
import { addPublish } from './verbs/publish.ts';
import { addRejected } from './verbs/rejected.ts';
import { addReport } from './verbs/report.ts';
import { addReprocess } from './verbs/reprocess.ts';
import { addReproduce } from './verbs/reproduce.ts';
import { addStatus } from './verbs/status.ts';
import { addTest } from './verbs/test.ts';
import { addTrain } from './verbs/train.ts';
import { addUp } from './verbs/up.ts';
import { addValidate } from './verbs/validate.ts';
import { addVerifyImages } from './verbs/verify-images.ts';
import { addVerifyK8s } from './verbs/verify-k8s.ts';

const program = new Command('millrace')
  .description('Ended chat sessions in, fine-tuned models out')
  .version('0.1.0');

process.exitCode = await runProgram(
  program,
  [
    addDemo,
    addUp,
    addPublish,
    addStatus,
    addLedger,
    addTrain,
    addReport,
    addReproduce,
    addModels,
    addPipeline,
    addAblate,
    addValidate,
    addAugment,
    addFolds,
    addLeakCheck,
    addMask,
    addRejected,
    addReprocess,
    addExport,
    addForget,
    addMaintain,
    addDlq,
    addDoctor,
    addDown,
    addOk,
    addTest,
    addVerifyK8s,
    addVerifyImages,
  ],
  readConduct(checkout),
);
