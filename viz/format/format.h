/* The table of formats. Private to viz/format/. */
#ifndef VIZ_FORMAT_H
#define VIZ_FORMAT_H

#include "viz/record/record.h"

/* One format: a new one is a writer and a row of the table. */
typedef struct viz__writer {
    viz_format format;
    const char *ending; /* of its files */
    viz__drawing draw;  /* its writer */
    bool figure;        /* it has a description beside it where options.alt asks for one */
    bool steps;         /* it is made of fragments whatever the options say */
} viz__writer;

/* The row of a format; that of the longest ending of a path. NULL if there is none. */
const viz__writer *viz__writer_of(viz_format format);
const viz__writer *viz__writer_of_path(const char *path);

/* The options with which a format is written. */
viz_options viz__writer_options(const viz__writer *f, const viz_options *options);

#endif
