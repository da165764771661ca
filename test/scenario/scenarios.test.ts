import { converging } from './stories/converge.js';

converging();
