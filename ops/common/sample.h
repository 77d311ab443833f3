/* Samples for the tests that loop over all operations (ag_case). Private to ops/. */
#ifndef OPS_COMMON_SAMPLE_H
#define OPS_COMMON_SAMPLE_H

/* The function sample_<word>, which calls an operation on the operands in[0], in[1], ... */
#define AG__SAMPLE(word, call)                                                                     \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }

#endif
