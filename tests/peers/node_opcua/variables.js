// The variables of the server: their values, status codes and source timestamps, as told.
import { AccessLevelFlag, makeAccessLevelFlag } from "node-opcua-data-model";
import { DataValue } from "node-opcua-data-value";
import { StatusCodes } from "node-opcua-status-code";
import { DataType, VariantArrayType } from "node-opcua-variant";

const READ = makeAccessLevelFlag("CurrentRead");

/** One of each kind that a plant's server may have: name, type, first value. */
const KINDS = [
  ["boolean", DataType.Boolean, true],
  ["sbyte", DataType.SByte, -100],
  ["byte", DataType.Byte, 200],
  ["int16", DataType.Int16, -12_345],
  ["uint16", DataType.UInt16, 54_321],
  ["int32", DataType.Int32, -123_456_789],
  ["uint32", DataType.UInt32, 3_123_456_789],
  ["int64", DataType.Int64, "-1234567890123"],
  ["uint64", DataType.UInt64, "9876543210987"],
  ["float", DataType.Float, 0.15625],
  ["double", DataType.Double, 36.6],
  ["string", DataType.String, "running"],
  ["date_time", DataType.DateTime, "2026-01-02T03:04:05Z"],
  ["doubles", DataType.Double, [1.5, 2.5]],
  ["flow", DataType.Double, 0],
  ["level", DataType.Double, 0],
];

/** JSON has neither 64-bit numbers nor dates: those come as text. */
function inType(dataType, value) {
  if (dataType === DataType.DateTime) return new Date(value);
  if (dataType !== DataType.Int64 && dataType !== DataType.UInt64) return value;
  const bits = BigInt.asUintN(64, BigInt(value));
  return [Number(bits >> 32n), Number(bits & 0xffffffffn)];
}

/** The beginning of OPC UA's time, which stands for no time at all; node-opcua always stamps. */
const NO_TIME = "1601-01-01T00:00:00Z";

function stampOf(stamp) {
  return stamp === undefined ? new Date() : new Date(stamp ?? NO_TIME);
}

/** Variables by name; `set` changes what the next sampling of one sees. */
export class Variables {
  #namespace;
  #folder;
  #dataValues = new Map();
  #types = new Map();

  constructor(namespace, folder) {
    this.#namespace = namespace;
    this.#folder = folder;
    for (const [name, dataType, value] of KINDS) this.#add(name, dataType, value, READ);
    this.#add("writable", DataType.Double, 1, makeAccessLevelFlag("CurrentRead | CurrentWrite"));
  }

  /**
   * `status` is the name of a status code; `stamp` the source's time as ISO text, null for none,
   * absent for now; `value` absent leaves the value as it is.
   */
  set(name, { value, status = "Good", stamp }) {
    const former = this.#dataValues.get(name);
    const statusCode = StatusCodes[status];
    if (!former || !statusCode) throw new Error(`no variable ${name} or no status ${status}`);
    const changed =
      value === undefined ? former.value : this.#variant(this.#types.get(name), value);
    this.#dataValues.set(name, dataValue(changed, statusCode, stampOf(stamp)));
  }

  #variant(dataType, value) {
    const arrayType = Array.isArray(value) ? VariantArrayType.Array : VariantArrayType.Scalar;
    return { dataType, arrayType, value: inType(dataType, value) };
  }

  #add(name, dataType, value, accessLevel) {
    this.#types.set(name, dataType);
    const first = dataValue(this.#variant(dataType, value), StatusCodes.Good, new Date());
    this.#dataValues.set(name, first);
    const variable = this.#namespace.addVariable({
      componentOf: this.#folder,
      browseName: name,
      nodeId: `s=${name}`,
      dataType,
      valueRank: Array.isArray(value) ? 1 : -1,
      accessLevel,
      userAccessLevel: accessLevel,
      minimumSamplingInterval: 10,
    });
    const access = { timestamped_get: () => this.#dataValues.get(name) };
    if (accessLevel & AccessLevelFlag.CurrentWrite) {
      access.timestamped_set = async (written) => {
        this.#dataValues.set(name, written);
        return StatusCodes.Good;
      };
    }
    variable.bindVariable(access, true);
  }
}

function dataValue(value, statusCode, sourceTimestamp) {
  return new DataValue({ value, statusCode, sourceTimestamp, serverTimestamp: new Date() });
}
