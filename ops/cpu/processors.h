/* How many threads to use when nobody has said it. Private to ops/cpu/. */
#ifndef OPS_CPU_PROCESSORS_H
#define OPS_CPU_PROCESSORS_H

/* 1 or more: what the environment says, else the processors that this process may use. */
int ag__default_threads(void);

#endif
