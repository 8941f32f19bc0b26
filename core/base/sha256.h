/* SHA-256 (FIPS 180-4), of which program tags are the first bytes. */
#ifndef CORE_BASE_SHA256_H
#define CORE_BASE_SHA256_H

#include "core/base/base.h"

enum { SHA256_SIZE = 32 };

void sha256(const void *data, size_t size, uint8_t out[SHA256_SIZE]);

#endif
