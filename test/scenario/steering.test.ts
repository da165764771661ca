import { steering } from './stories/steering.js';

steering();
