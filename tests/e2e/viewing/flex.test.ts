import { testViewing } from './viewing.testsuite.ts'

testViewing('flex')
