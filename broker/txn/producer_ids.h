#pragma once

#include "protocol/ids.h"

// Gives each producer that asks an id nobody had before, from 0 on. Epochs begin at 0.
namespace mini::broker {

class ProducerIds {
 public:
  ProducerId next() { return next_++; }

 private:
  ProducerId next_ = 0;
};

}  // namespace mini::broker
