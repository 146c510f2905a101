#pragma once

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <Python.h>
#include <numpy/arrayobject.h>
#include <string>
#include <utility>
#include <vector>

/** Between NumPy arrays and C++ vectors, whole arrays at a time. */
namespace NumpyArrays {

/** A two-dimensional array in C order: what Python passes and gets as shape (rows, columns). */
template <typename T>
struct Table {
    std::vector<T> values;
    npy_intp rows = 0;
    npy_intp columns = 0;
    Table() = default;
    Table(std::vector<T> entries, npy_intp numRows, npy_intp numColumns)
        : values(std::move(entries)), rows(numRows), columns(numColumns) {}
};

template <typename T>
constexpr int typeNumber();
template <>
constexpr int typeNumber<double>() {
    return NPY_DOUBLE;
}
template <>
constexpr int typeNumber<float>() {
    return NPY_FLOAT;
}
template <>
constexpr int typeNumber<int>() {
    return NPY_INT;
}

/** A new NumPy array that takes over the vector's memory. */
template <typename T>
PyObject* fromVector(std::vector<T>&& values, int numDimensions, npy_intp* dimensions) {
    auto* owned = new std::vector<T>(std::move(values)); // freed by the capsule
    PyObject* capsule = PyCapsule_New(owned, nullptr, [](PyObject* object) {
        delete static_cast<std::vector<T>*>(PyCapsule_GetPointer(object, nullptr));
    });
    if (capsule == nullptr) {
        delete owned;
        return nullptr;
    }
    PyObject* array = owned->empty()
                          ? PyArray_SimpleNew(numDimensions, dimensions, typeNumber<T>())
                          : PyArray_SimpleNewFromData(numDimensions, dimensions, typeNumber<T>(), owned->data());
    if (array == nullptr || owned->empty()) {
        Py_DECREF(capsule);
        return array;
    }
    if (PyArray_SetBaseObject(reinterpret_cast<PyArrayObject*>(array), capsule) < 0) {
        Py_DECREF(array);
        return nullptr;
    }
    return array;
}

template <typename T>
PyObject* fromVector(std::vector<T> values) {
    npy_intp size = static_cast<npy_intp>(values.size());
    return fromVector(std::move(values), 1, &size);
}

template <typename T>
PyObject* fromTable(Table<T> table) {
    npy_intp dimensions[] = {table.rows, table.columns};
    return fromVector(std::move(table.values), 2, dimensions);
}

/**
 * Reads an array-like object of numbers, in C order.
 * @param shape  becomes its shape
 * @return false, with a Python exception set, if it is not one of T (integers are not made from fractions)
 */
template <typename T>
bool toVector(PyObject* object, std::vector<T>& values, std::vector<npy_intp>& shape) {
    PyObject* given = PyArray_FROM_O(object);
    if (given == nullptr)
        return false;
    auto* givenArray = reinterpret_cast<PyArrayObject*>(given);
    const bool isNumber = PyArray_ISNUMBER(givenArray) && !PyArray_ISCOMPLEX(givenArray);
    const bool isWhole = PyArray_ISINTEGER(givenArray) || PyArray_SIZE(givenArray) == 0;
    if (!isNumber || (typeNumber<T>() == NPY_INT && !isWhole)) {
        Py_DECREF(given);
        PyErr_SetString(PyExc_TypeError, typeNumber<T>() == NPY_INT ? "expected an array of integers"
                                                                    : "expected an array of real numbers");
        return false;
    }
    PyObject* converted = PyArray_FROM_OTF(given, typeNumber<T>(), NPY_ARRAY_CARRAY_RO | NPY_ARRAY_FORCECAST);
    Py_DECREF(given);
    if (converted == nullptr)
        return false;
    auto* array = reinterpret_cast<PyArrayObject*>(converted);
    const T* data = static_cast<const T*>(PyArray_DATA(array));
    values.assign(data, data + PyArray_SIZE(array));
    shape.assign(PyArray_DIMS(array), PyArray_DIMS(array) + PyArray_NDIM(array));
    Py_DECREF(converted);
    return true;
}

/** As toVector(), of an array that must have one dimension. */
template <typename T>
bool toOneDimension(PyObject* object, std::vector<T>& values) {
    std::vector<npy_intp> shape;
    if (!toVector(object, values, shape))
        return false;
    if (shape.size() == 1)
        return true;
    PyErr_Format(PyExc_ValueError, "expected an array of 1 dimension, got one of %d", static_cast<int>(shape.size()));
    return false;
}

/** As toVector(), of an array that must have two dimensions. */
template <typename T>
bool toTable(PyObject* object, Table<T>& table) {
    std::vector<npy_intp> shape;
    if (!toVector(object, table.values, shape))
        return false;
    if (shape.size() != 2) {
        PyErr_Format(PyExc_ValueError, "expected an array of 2 dimensions, got one of %d",
                     static_cast<int>(shape.size()));
        return false;
    }
    table.rows = shape[0];
    table.columns = shape[1];
    return true;
}

/** Whether an object can be an argument that is an array: not a number, not a string. */
inline bool isArrayLike(PyObject* object) {
    return PyArray_Check(object) || (PySequence_Check(object) && !PyUnicode_Check(object) && !PyBytes_Check(object));
}

/** @throws std::invalid_argument naming the caller unless the table has this shape */
template <typename T>
void checkShape(const Table<T>& table, int rows, int columns, const std::string& caller) {
    if (table.rows != rows || table.columns != columns)
        throw std::invalid_argument(caller + ": array of shape (" + std::to_string(table.rows) + ", " +
                                    std::to_string(table.columns) + "), expected (" + std::to_string(rows) + ", " +
                                    std::to_string(columns) + ")");
}

} // namespace NumpyArrays
