import { describe, expect, it } from "vitest";
import { columnsOf, csv, decimalMark, figure, parseCsv } from "./csv";

describe("csv", () => {
  it("quotes what needs it", () => {
    expect(csv([["a", "b"], ["x, y", 'say "no"'], [null, 1]])).toBe('a,b\r\n"x, y","say ""no"""\r\n,1\r\n');
  });
  it("reads quotes, empty lines, lines in cells and the lines' numbers", () => {
    const { header, rows, delimiter } = parseCsv('\uFEFFa;b\r\n1;"x;\ny"\r\n\r\n2;""""\r\n');
    expect(delimiter).toBe(";");
    expect(header).toEqual(["a", "b"]);
    expect(rows).toEqual([{ line: 2, cells: ["1", "x;\ny"] }, { line: 5, cells: ["2", '"'] }]);
  });
  it("reads a file without a line end", () => {
    expect(parseCsv("a,b\n1,2").rows).toEqual([{ line: 2, cells: ["1", "2"] }]);
    expect(parseCsv("").rows).toEqual([]);
  });
  it("finds columns by any of their names, each once", () => {
    expect(columnsOf(["Period Start", "Amount (USD)", "MWh"], { start: ["start", "periodstart"], amount: ["amountusd"], energy: ["energy", "mwh"], price: ["price"] })).toEqual({ start: 0, amount: 1, energy: 2 });
  });
  it("tells the decimal mark by the whole file", () => {
    expect(decimalMark(["1.234,56", "7"], ";")).toBe(",");
    expect(decimalMark(["1,234", "1,234.50"], ",")).toBe(".");
    expect(decimalMark(["1,234", "12,5"], ";")).toBe(",");
    expect(decimalMark(["1.234", "12.5"], ";")).toBe(".");
    expect(decimalMark(["1,234"], ";")).toBe(",");
    expect(decimalMark(["1,234"], ",")).toBe(".");
    expect(decimalMark(["12"], ";")).toBe(".");
  });
  it("reads figures as decimals, digit by digit", () => {
    expect(figure("1.234,56", ",")).toBe("1234.56");
    expect(figure("1 234,56", ",")).toBe("1234.56");
    expect(figure("−0,004", ",")).toBe("-0.004");
    expect(figure("(12.50)", ".")).toBe("-12.50");
    expect(figure("$1,234.5", ".")).toBe("1234.5");
    expect(figure(".5", ".")).toBe("0.5");
    expect(figure("12,5", ".")).toBeUndefined();
    expect(figure("1,23,4", ".")).toBeUndefined();
    expect(figure("n/a", ".")).toBeUndefined();
    expect(figure("", ".")).toBeUndefined();
    expect(figure("123456789012345678.000000001", ".")).toBe("123456789012345678.000000001");
  });
});
