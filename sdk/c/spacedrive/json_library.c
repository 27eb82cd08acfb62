// The library of JSON, as it came, with the settings of spacedrive.h.
#include "spacedrive.h"

#include "yyjson/yyjson.c"
