import { alarms } from './stories/alarms.js';

alarms();
