import { crashing } from './stories/crashes.js';

crashing();
