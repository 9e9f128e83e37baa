// What a user's page does: one message there and back, without a session and with one.

import { StayWire } from "staywire";
import { report } from "./report.js";

report(StayWire);
