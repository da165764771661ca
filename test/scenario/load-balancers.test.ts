import { loadBalancers } from './stories/load-balancers.js';

loadBalancers();
