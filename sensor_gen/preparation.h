#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sensor_gen/uci.h"

// What is done to a table before its rows are sent, and what can be said about it before that.
//
//   prepare(table, {.fill = Fill::mean, .normalize = true});
//   std::fputs(quality_summary(table).c_str(), stdout);
//
// Always in this order: gaps filled, each column scaled to 0..1, known pollutants held within what the
// environment can show. Decimal arithmetic on whole numbers: the same digits with every compiler.
namespace mini::sensor_gen {

enum class Fill { none, forward, mean };

struct Preparation {
  Fill fill = Fill::forward;
  bool normalize = false;
  bool clip = false;
};

void prepare(UciTable& table, const Preparation& preparation);

// A column without any value stays empty, whatever the filling.
void fill_forward(UciTable& table);  // forward, then backward where a column begins with a gap
void fill_mean(UciTable& table);     // with the mean of what is there, to four digits behind the point
void normalize(UciTable& table);     // (x - min) / (max - min), to six digits; 0 where all are alike
void clip(UciTable& table);          // what lies outside its range becomes the nearest bound

// What the environment can show of a pollutant; nothing for any other column.
struct EnvironmentalRange {
  std::string_view column, least, greatest, unit;
};
std::optional<EnvironmentalRange> environmental_range(std::string_view column);

// CSV: for the time stamps and for each column how many rows there are and how many lack it, the least,
// greatest and mean value, and how many values lie outside the environmental range (empty where none is
// known).
std::string quality_summary(const UciTable& table);

}  // namespace mini::sensor_gen
