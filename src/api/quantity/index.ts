export {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityMilli,
  quantityValue,
  roundQuantityUp,
} from './quantity.ts'
