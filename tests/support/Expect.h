#pragma once

#include <gtest/gtest.h>
#include <string>

/** The statement throws exactly this type, and its message contains this text. */
#define EXPECT_ERROR(statement, Exception, text)                                                                       \
    try {                                                                                                              \
        statement;                                                                                                     \
        ADD_FAILURE() << "expected an error: " << (text);                                                              \
    } catch (const Exception& error) {                                                                                 \
        EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << "found: " << error.what();               \
    }
